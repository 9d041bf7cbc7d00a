import Avatar from '@cloudscape-design/chat-components/avatar';
import ChatBubble, { type ChatBubbleProps } from '@cloudscape-design/chat-components/chat-bubble';
import { memo, useEffect, useRef, useState } from 'react';
import type { MessageKey } from '../i18n/en';
import { useI18n } from '../i18n/i18n-context';
import { directionOfLocale, tagOf } from '../i18n/locales';
import { isUnderWay, type Answer, type AnswerStatus } from '../state/answer';
import type { Turn } from '../state/conversation';
import { AnswerActions } from './answer-actions';
import { AnswerDetails } from './answer-details';
import { AnswerNotice } from './answer-notice';
import { KeepSelection } from './markdown/keep-selection';
import { Markdown } from './markdown/markdown';
import { PlainTextFallback } from './plain-text-fallback';
import { QuestionView } from './question-view';
import { useSmoothText } from './use-smooth-text';

export interface TurnViewProps {
  readonly turn: Turn;
  /** Nothing can come at present. */
  readonly paused?: boolean;
  /** What the organisation calls its model; null where it says nothing. */
  readonly modelName?: string | null;
  /** Asks once more, or where an answer is under way leaves the question ready to be asked. */
  readonly onAskAgain: (turn: Turn) => void;
  /** Asks an edited question; says whether it could. */
  readonly onEdited: (turn: Turn, question: string) => boolean;
}

/** The chat components look for colours under other names than this release of the components defines, so they get ours. */
const ANSWER_STYLE: ChatBubbleProps.Style = {
  bubble: {
    background: 'var(--color-bubble)',
    borderColor: 'var(--color-bubble-border)',
    borderWidth: '1px',
    color: 'var(--color-text)',
    rowGap: '0.75rem',
  },
};

/** One question and its answer. Drawn again only when its turn changed, however long the conversation is. */
export const TurnView = memo(function TurnView({
  turn,
  paused = false,
  modelName = null,
  onAskAgain,
  onEdited,
}: TurnViewProps) {
  const [editing, setEditing] = useState(false);
  return (
    <article className="turn" data-testid="turn" data-request-id={turn.requestId} data-status={turn.answer.status}>
      <QuestionView
        turn={turn}
        editing={editing}
        onEdited={(question) => setEditing(!onEdited(turn, question))}
        onCancel={() => setEditing(false)}
      />
      <AnswerView
        turn={turn}
        paused={paused}
        modelName={modelName}
        onAskAgain={onAskAgain}
        onEdit={() => setEditing(true)}
      />
    </article>
  );
});

interface AnswerViewProps {
  readonly turn: Turn;
  readonly paused: boolean;
  readonly modelName: string | null;
  readonly onAskAgain: (turn: Turn) => void;
  readonly onEdit: () => void;
}

function AnswerView({ turn, paused, modelName, onAskAgain, onEdit }: AnswerViewProps) {
  const { t } = useI18n();
  const [detailsOpen, setDetailsOpen] = useState(false);
  const { answer } = turn;
  const underWay = isUnderWay(answer);
  const text = useSmoothText(answer.text, underWay);
  const revealed = text.length === answer.text.length;
  const settled = !underWay && revealed;
  const drawn = useRef<HTMLDivElement>(null);
  return (
    <ChatBubble
      type="incoming"
      style={ANSWER_STYLE}
      ariaLabel={t('assistant')}
      showLoadingBar={underWay && !paused}
      avatar={<Avatar color="gen-ai" iconName="gen-ai" ariaLabel={t('assistant')} loading={underWay && !paused} />}
      actions={
        settled && (
          <>
            <AnswerActions
              turn={turn}
              drawn={drawn}
              onAskAgain={onAskAgain}
              onEdit={onEdit}
              detailsOpen={detailsOpen}
              onToggleDetails={() => setDetailsOpen(!detailsOpen)}
            />
            {/* Below, so that the button that opened them stays under the reader's hand. */}
            {detailsOpen && <AnswerDetails turn={turn} modelName={modelName} />}
          </>
        )
      }
    >
      <div className="answer" data-testid="answer">
        {text === '' ? (
          <Progress answer={answer} paused={paused} />
        ) : (
          <div ref={drawn} data-testid="answer-text" lang={tagOf(turn.locale)} dir={directionOfLocale(turn.locale)}>
            <PlainTextFallback text={text}>
              <KeepSelection>
                <Markdown text={text} growing={!settled} unfinished={!settled || answer.status !== 'complete'} />
              </KeepSelection>
            </PlainTextFallback>
          </div>
        )}
      </div>
      {paused && text !== '' && underWay && <span className="progress">{t('statusPaused')}</span>}
      {settled && <AnswerNotice turn={turn} onRetry={() => onAskAgain(turn)} />}
    </ChatBubble>
  );
}

const PROGRESS: Readonly<Partial<Record<AnswerStatus, MessageKey>>> = {
  queued: 'statusQueued',
  asking: 'statusAsking',
  waiting: 'statusWaiting',
  thinking: 'statusThinking',
  // Text has come, and the next frame draws it: an empty bubble in between would shrink the page and grow it again.
  streaming: 'statusThinking',
};

/** The wait is told from this second on: before, it is none. */
const ELAPSED_FROM_S = 3;

function Progress({ answer, paused }: { readonly answer: Answer; readonly paused: boolean }) {
  const { t, language } = useI18n();
  const waited = useSeconds();
  const { status, unsure } = answer;
  const key = paused && status !== 'queued' ? 'statusPaused' : unsure ? 'statusUnsure' : PROGRESS[status];
  if (!key) return null;
  return (
    <span className="progress" data-testid="progress">
      {t(key)}
      {waited >= ELAPSED_FROM_S && (
        <span aria-hidden="true">
          {' · '}
          {t('seconds', { count: new Intl.NumberFormat(language).format(waited) })}
        </span>
      )}
    </span>
  );
}

/** Whole seconds since this was first drawn. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
