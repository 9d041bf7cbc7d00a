import Button from '@cloudscape-design/components/button';
import type { PromptInputProps } from '@cloudscape-design/components/prompt-input';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { AppHeader } from '../components/app-header';
import { Composer } from '../components/composer';
import { ConnectionNotice } from '../components/connection-status';
import { EmptyState } from '../components/empty-state';
import { useFollow } from '../components/use-follow';
import { useI18n } from '../i18n/i18n-context';
import type { ChatStore } from '../state/chat-store';
import { turnUnderWay, type Turn } from '../state/conversation';
import type { Follow } from '../state/preferences';

/** Answers bring the Markdown renderer along: fetched while the reader writes, not before the page can be used. */
const loadTurnList = () => import('../components/turn-list');
const TurnList = lazy(loadTurnList);

/** Who is signed in, and the ways in and out. */
export interface Account {
  readonly name: string | null;
  readonly signIn: () => void;
  readonly signOut: () => void;
}

export interface ChatPageProps {
  readonly store: ChatStore;
  readonly maxChars: number;
  /** Null where readers are not told apart. */
  readonly account: Account | null;
  readonly locale: string;
  readonly onSettings: () => void;
  readonly follow: Follow;
}

export function ChatPage({ store, maxChars, account, locale, onSettings, follow }: ChatPageProps) {
  const { t } = useI18n();
  const conversation = useSyncExternalStore(store.subscribe, store.getState);
  const { draft, setDraft } = useDraft(store);
  const inputRef = useRef<PromptInputProps.Ref>(null);
  const { turns, connection, refusal } = conversation;
  const { scrollRef, contentRef, atEnd, showQuestion, goToEnd } = useFollow(follow, turns.length > 0);
  const busy = turnUnderWay(conversation) !== undefined;
  useEffect(() => void loadTurnList(), []);

  const ask = useCallback(
    (question: string, inLocale: string) => {
      store.ask(question, inLocale);
      showQuestion();
    },
    [store, showQuestion],
  );
  const edit = useCallback(
    (turn: Turn) => {
      setDraft(turn.question);
      inputRef.current?.focus();
    },
    [setDraft],
  );
  // Looks at the store instead of at `busy`: a property that changed with each question would draw all turns again.
  const askAgain = useCallback(
    (turn: Turn) => {
      if (turnUnderWay(store.getState())) edit(turn);
      else ask(turn.question, turn.locale);
    },
    [store, ask, edit],
  );
  const send = useCallback(() => {
    ask(draft, locale);
    setDraft('');
    inputRef.current?.focus();
  }, [ask, draft, locale, setDraft]);
  const stop = useCallback(() => store.stop(), [store]);
  const startConversation = useCallback(() => {
    store.startConversation();
    inputRef.current?.focus();
  }, [store]);

  return (
    <div className="app">
      <a className="skip-link" href="#question">
        {t('skipToQuestion')}
      </a>
      <AppHeader
        connection={connection}
        onNewConversation={startConversation}
        onSettings={onSettings}
        signedInAs={account?.name ?? null}
        onSignOut={account?.signOut ?? null}
      />
      <main className="page">
        {/* What scrolls must be reachable without a mouse. */}
        <div
          className={`conversation follow-${follow}`}
          ref={scrollRef}
          role="region"
          aria-label={t('conversationLabel')}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          <div className="conversation-content" ref={contentRef} data-testid="conversation">
            {turns.length === 0 && <EmptyState onSuggestion={(question) => ask(question, locale)} />}
            <Suspense>{turns.length > 0 && <TurnList turns={turns} onAskAgain={askAgain} onEdit={edit} />}</Suspense>
          </div>
        </div>
        <div className="dock">
          {!atEnd && (
            <div className="jump">
              <Button iconName="angle-down" onClick={goToEnd} data-testid="jump-to-latest">
                {t('jumpToLatest')}
              </Button>
            </div>
          )}
          <ConnectionNotice
            status={connection}
            onReconnect={() => store.reconnect()}
            onSignIn={account?.signIn ?? null}
          />
          <Composer
            inputRef={inputRef}
            draft={draft}
            onDraftChange={setDraft}
            onSend={send}
            onStop={stop}
            busy={busy}
            maxChars={maxChars}
            problem={refusal?.problem ?? null}
          />
        </div>
      </main>
    </div>
  );
}

/** The text being written. A refused question comes back, unless the reader has begun another one. */
function useDraft(store: ChatStore): { readonly draft: string; readonly setDraft: (draft: string) => void } {
  const [draft, setDraft] = useState('');
  useEffect(() => {
    let known = store.getState().refusal;
    return store.subscribe(() => {
      const { refusal } = store.getState();
      if (refusal && refusal !== known) setDraft((current) => (current === '' ? refusal.question : current));
      known = refusal;
    });
  }, [store]);
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      store.dismissRefusal();
    },
    [store],
  );
  return { draft, setDraft: change };
}
