import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n-context';
import { tagOf } from '../i18n/locales';
import type { Turn } from '../state/conversation';
import { nextUtterance } from './speech';
import { errorText, interruptionText } from './answer-texts';

/** Sentences are told in groups, about as fast as they can be spoken. */
const INTERVAL_MS = 5_000;
/** More at once would keep a screen reader talking long after its listener wanted to read: the answer stands there to be read. */
const LONGEST = 500;
/** The spoken copy must not stay: a search in the page would find everything twice. */
const FORGET_MS = 1_000;

export interface AnnouncerProps {
  /** The newest turn, whose answer is told as it comes. */
  readonly turn: Turn | undefined;
}

/** Tells the answer to a screen reader, politely: it never interrupts, and never repeats. */
export function Announcer({ turn }: AnnouncerProps) {
  return turn ? <TurnAnnouncer key={turn.requestId} turn={turn} /> : null;
}

function TurnAnnouncer({ turn }: { readonly turn: Turn }) {
  const { t } = useI18n();
  const { answer, locale } = turn;
  const [utterance, setUtterance] = useState('');
  const told = useRef(0);
  const text = useRef('');
  const over = answer.status === 'complete' || answer.status === 'failed' || answer.status === 'stopped';
  useEffect(() => {
    text.current = answer.text;
  }, [answer.text]);

  useEffect(() => {
    const speak = (): void => {
      const next = nextUtterance(text.current, told.current, over);
      // Too much to be heard now is left to be read.
      told.current = next.upTo;
      if (next.text !== '' && next.text.length <= LONGEST) setUtterance(next.text);
    };
    if (over) return speak();
    const timer = setInterval(speak, INTERVAL_MS);
    return () => clearInterval(timer);
  }, [over]);

  useEffect(() => {
    if (utterance === '') return;
    const timer = setTimeout(() => setUtterance(''), FORGET_MS);
    return () => clearTimeout(timer);
  }, [utterance]);

  return (
    <div className="visually-hidden">
      <div role="status" data-testid="answer-state">
        {stateText(turn, t)}
      </div>
      <div aria-live="polite" aria-atomic="true" lang={tagOf(locale)} data-testid="answer-speech">
        {utterance}
      </div>
    </div>
  );
}

function stateText({ answer }: Turn, t: ReturnType<typeof useI18n>['t']): string {
  switch (answer.status) {
    case 'queued':
      return t('statusQueued');
    case 'asking':
      return t('statusAsking');
    case 'waiting':
      return t(answer.unsure ? 'statusUnsure' : 'statusWaiting');
    case 'thinking':
      return t('statusThinking');
    case 'streaming':
      return t('answerBegins');
    case 'complete':
      return t('answerComplete');
    case 'failed':
      return `${t('failedTitle')}. ${errorText(answer, t)}`;
    case 'interrupted':
      return `${t('interruptedTitle')}. ${interruptionText(answer, t)}`;
    case 'stopped':
      return t('statusStopped');
  }
}
