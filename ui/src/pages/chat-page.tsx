import Button from '@cloudscape-design/components/button';
import type { PromptInputProps } from '@cloudscape-design/components/prompt-input';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { AppHeader } from '../components/app-header';
import { Composer } from '../components/composer';
import { ConnectionNotice } from '../components/connection-status';
import { DockNotices } from '../components/dock-notices';
import { EmptyState } from '../components/empty-state';
import { fileName, saveFile, toMarkdown } from '../components/export';
import { LazyPart } from '../components/lazy-part';
import { PlainTurns } from '../components/plain-turns';
import { byTouch } from '../components/pointer';
import { useDraft } from '../components/use-draft';
import { useFollow } from '../components/use-follow';
import { useReadyBadge } from '../components/use-ready-badge';
import type { Branding } from '../config';
import { useI18n } from '../i18n/i18n-context';
import type { ChatStore } from '../state/chat-store';
import { turnUnderWay, type Turn } from '../state/conversation';
import type { Follow } from '../state/preferences';

/** Answers bring the Markdown renderer along: fetched while the reader writes, not before the page can be used. */
const loadTurnList = () => import('../components/turn-list');

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
  readonly branding: Branding;
  /** A newer page is there. */
  readonly outdated: boolean;
}

export function ChatPage(props: ChatPageProps) {
  const { store, maxChars, account, locale, onSettings, follow, branding, outdated } = props;
  const { t, language } = useI18n();
  const conversation = useSyncExternalStore(store.subscribe, store.getState);
  const { turns, connection, refusal, cleared } = conversation;
  const { draft, setDraft, offer, partsLeft, split, shorten, sent } = useDraft(store, maxChars);
  const { scrollRef, contentRef, atEnd, showQuestion, goToEnd } = useFollow(follow, turns.length > 0);
  const [toldBusy, setToldBusy] = useState(false);
  const { inputRef, focusInput } = useInputFocus();
  const busy = turnUnderWay(conversation) !== undefined;
  useEffect(() => void loadTurnList().catch(() => undefined), []);
  useReadyBadge(busy);

  // Looks at the store instead of at `busy`: a property that changed with each question would draw all turns again.
  const ask = useCallback(
    (question: string, inLocale: string): boolean => {
      const free = !turnUnderWay(store.getState());
      setToldBusy(!free);
      if (free) {
        store.ask(question, inLocale);
        showQuestion();
      }
      return free;
    },
    [store, showQuestion],
  );
  const edited = useCallback((turn: Turn, question: string) => ask(question, turn.locale), [ask]);
  const askAgain = useCallback(
    (turn: Turn) => {
      if (!ask(turn.question, turn.locale)) offer(turn.question);
    },
    [ask, offer],
  );
  const send = useCallback(() => {
    if (!ask(draft, locale)) return;
    sent();
    // On a phone the keyboard would cover the answer.
    if (byTouch()) (document.activeElement as HTMLElement | null)?.blur();
    else focusInput();
  }, [ask, draft, locale, sent, focusInput]);
  const stop = useCallback(() => {
    store.stop();
    focusInput();
  }, [store, focusInput]);
  const recall = useCallback(() => {
    const last = store.getState().turns.at(-1);
    if (last) setDraft(last.question);
  }, [store, setDraft]);
  const tellBusy = useCallback(() => setToldBusy(true), []);
  const startConversation = useCallback(() => {
    store.startConversation();
    focusInput();
  }, [store, focusInput]);
  const save = useCallback(() => {
    saveFile(toMarkdown(store.getState().turns, t('appName'), language), fileName('conversation', new Date()));
  }, [store, t, language]);
  useEscape(busy, stop);

  return (
    <div className="app">
      <a className="skip-link" href="#question">
        {t('skipToQuestion')}
      </a>
      <AppHeader
        branding={branding}
        connection={connection}
        onNewConversation={startConversation}
        onSave={turns.length > 0 ? save : null}
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
            {turns.length === 0 && (
              <EmptyState
                branding={branding}
                onSuggestion={(question) => {
                  ask(question, locale);
                  focusInput();
                }}
              />
            )}
            {turns.length > 0 && (
              <LazyPart
                load={loadTurnList}
                meanwhile={<PlainTurns turns={turns} />}
                props={{
                  turns,
                  connected: connection.kind === 'live' || connection.kind === 'connecting',
                  modelName: branding.modelName,
                  onAskAgain: askAgain,
                  onEdited: edited,
                }}
              />
            )}
          </div>
        </div>
        <div className="dock">
          {!atEnd && (
            <div className="jump">
              <Button
                iconName="angle-down"
                onClick={() => {
                  goToEnd();
                  focusInput();
                }}
                data-testid="jump-to-latest"
              >
                {t('jumpToLatest')}
              </Button>
            </div>
          )}
          <DockNotices store={store} cleared={cleared !== null} outdated={outdated} />
          <ConnectionNotice
            status={connection}
            onReconnect={() => store.reconnect()}
            onDiagnose={store.diagnose}
            onSignIn={account?.signIn ?? null}
          />
          <Composer
            inputRef={inputRef}
            draft={draft}
            onDraftChange={setDraft}
            onSend={send}
            onStop={stop}
            onRecall={recall}
            onSplit={split}
            onShorten={shorten}
            partsLeft={partsLeft}
            onSignIn={account?.signIn ?? null}
            busy={busy}
            toldBusy={toldBusy}
            onTellBusy={tellBusy}
            maxChars={maxChars}
            problem={refusal?.problem ?? null}
          />
        </div>
      </main>
    </div>
  );
}

/** The caret waits in the field: on load, after stopping, wherever the next thing is to write. Not where that opens a keyboard. */
function useInputFocus() {
  const inputRef = useRef<PromptInputProps.Ref>(null);
  const focusInput = useCallback(() => {
    if (!byTouch()) inputRef.current?.focus();
  }, []);
  useEffect(focusInput, [focusInput]);
  return { inputRef, focusInput };
}

/** Esc stops reading, unless it closes something or ends a conversion. */
function useEscape(enabled: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!enabled) return;
    const handle = (event: KeyboardEvent): void => {
      const elsewhere = event.defaultPrevented || document.querySelector('[role=dialog]') !== null;
      if (event.key === 'Escape' && !event.isComposing && !elsewhere) onEscape();
    };
    document.addEventListener('keydown', handle);
    return () => document.removeEventListener('keydown', handle);
  }, [enabled, onEscape]);
}
