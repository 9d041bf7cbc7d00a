import { useCallback, useEffect, useState } from 'react';
import type { ChatStore } from '../state/chat-store';
import { loadDraft, saveDraft } from '../state/draft';
import { splitText } from '../state/parts';

export interface Draft {
  readonly draft: string;
  readonly setDraft: (draft: string) => void;
  /** Puts a text into the field unless something is being written there. */
  readonly offer: (text: string) => void;
  /** Parts of a question that was too long, which come into the field one after another. */
  readonly partsLeft: number;
  readonly split: () => void;
  readonly shorten: () => void;
  /** The draft was sent: the field is free for what comes next. */
  readonly sent: () => void;
}

/** The text being written. A refused question comes back, unless the reader has begun another one. */
export function useDraft(store: ChatStore, maxChars: number): Draft {
  const [draft, setText] = useState(loadDraft);
  const [parts, setParts] = useState<readonly string[]>([]);
  useEffect(() => saveDraft([draft, ...parts].join('\n\n')), [draft, parts]);
  const offer = useCallback((text: string) => setText((current) => (current === '' ? text : current)), []);
  useEffect(() => {
    let known = store.getState().refusal;
    return store.subscribe(() => {
      const { refusal } = store.getState();
      if (refusal && refusal !== known) offer(refusal.question);
      known = refusal;
    });
  }, [store, offer]);
  const setDraft = useCallback(
    (text: string) => {
      setText(text);
      store.dismissRefusal();
    },
    [store],
  );
  const split = useCallback(() => {
    const [first = '', ...rest] = splitText(draft, maxChars);
    setDraft(first);
    setParts((later) => [...rest, ...later]);
  }, [draft, maxChars, setDraft]);
  const shorten = useCallback(() => setDraft(splitText(draft, maxChars)[0] ?? ''), [draft, maxChars, setDraft]);
  const sent = useCallback(() => {
    setDraft(parts[0] ?? '');
    setParts(parts.slice(1));
  }, [parts, setDraft]);
  return { draft, setDraft, offer, partsLeft: parts.length, split, shorten, sent };
}
