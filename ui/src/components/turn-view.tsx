import Avatar from '@cloudscape-design/chat-components/avatar';
import ChatBubble, { type ChatBubbleProps } from '@cloudscape-design/chat-components/chat-bubble';
import ButtonGroup from '@cloudscape-design/components/button-group';
import { memo, useState } from 'react';
import type { MessageKey } from '../i18n/en';
import { useI18n } from '../i18n/i18n-context';
import { tagOf } from '../i18n/locales';
import { isUnderWay, type AnswerStatus } from '../state/answer';
import type { Turn } from '../state/conversation';
import { AnswerDetails } from './answer-details';
import { AnswerNotice } from './answer-notice';
import { Markdown } from './markdown/markdown';
import { PlainTextFallback } from './plain-text-fallback';
import { useSmoothText } from './use-smooth-text';

export interface TurnViewProps {
  readonly turn: Turn;
  /** Asks once more, or where an answer is under way leaves the question ready to be asked. */
  readonly onAskAgain: (turn: Turn) => void;
  readonly onEdit: (turn: Turn) => void;
}

/** The chat components look for colours under other names than this release of the components defines, so they get ours. */
const QUESTION_STYLE: ChatBubbleProps.Style = { bubble: { background: 'transparent', color: 'var(--color-text)' } };
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
export const TurnView = memo(function TurnView({ turn, onAskAgain, onEdit }: TurnViewProps) {
  const { t } = useI18n();
  const { requestId, question, answer } = turn;
  return (
    <article className="turn" data-testid="turn" data-request-id={requestId} data-status={answer.status}>
      <div className="question" data-testid="question">
        <ChatBubble
          type="outgoing"
          ariaLabel={t('you')}
          avatar={<Avatar ariaLabel={t('you')} />}
          style={QUESTION_STYLE}
        >
          {/* A heading, so that screen readers can go from question to question. */}
          <h2 className="question-text" dir="auto">
            {question}
          </h2>
        </ChatBubble>
      </div>
      <AnswerView turn={turn} onAskAgain={onAskAgain} onEdit={onEdit} />
    </article>
  );
});

function AnswerView({ turn, onAskAgain, onEdit }: TurnViewProps) {
  const { t } = useI18n();
  const [detailsOpen, setDetailsOpen] = useState(false);
  const { answer } = turn;
  const underWay = isUnderWay(answer);
  const text = useSmoothText(answer.text, underWay);
  const revealed = text.length === answer.text.length;
  const settled = !underWay && revealed;
  return (
    <ChatBubble
      type="incoming"
      style={ANSWER_STYLE}
      ariaLabel={t('assistant')}
      showLoadingBar={underWay}
      avatar={<Avatar color="gen-ai" iconName="gen-ai" ariaLabel={t('assistant')} loading={underWay} />}
      actions={
        settled && (
          <AnswerActions
            turn={turn}
            onAskAgain={onAskAgain}
            onEdit={onEdit}
            detailsOpen={detailsOpen}
            onToggleDetails={() => setDetailsOpen(!detailsOpen)}
          />
        )
      }
    >
      <div className="answer" data-testid="answer">
        {text === '' ? (
          <Progress status={answer.status} />
        ) : (
          <div data-testid="answer-text" lang={tagOf(turn.locale)}>
            <PlainTextFallback text={text}>
              <Markdown text={text} growing={!settled} unfinished={!settled || answer.status !== 'complete'} />
            </PlainTextFallback>
          </div>
        )}
      </div>
      {settled && <AnswerNotice turn={turn} onRetry={() => onAskAgain(turn)} />}
      {settled && detailsOpen && <AnswerDetails turn={turn} />}
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

function Progress({ status }: { readonly status: AnswerStatus }) {
  const { t } = useI18n();
  const key = PROGRESS[status];
  return key ? (
    <span className="progress" data-testid="progress">
      {t(key)}
    </span>
  ) : null;
}

interface AnswerActionsProps extends TurnViewProps {
  readonly detailsOpen: boolean;
  readonly onToggleDetails: () => void;
}

function AnswerActions({ turn, onAskAgain, onEdit, detailsOpen, onToggleDetails }: AnswerActionsProps) {
  const { t } = useI18n();
  const actions: Readonly<Record<string, () => void>> = {
    again: () => onAskAgain(turn),
    edit: () => onEdit(turn),
    details: onToggleDetails,
  };
  return (
    <div className="answer-actions" data-testid="answer-actions">
      <ButtonGroup
        variant="icon"
        ariaLabel={t('actionsLabel')}
        onItemClick={({ detail }) => actions[detail.id]?.()}
        items={[
          {
            type: 'icon-copy-to-clipboard',
            id: 'copy',
            text: t('copyAnswer'),
            textToCopy: turn.answer.text,
            copySuccessText: t('copied'),
            copyErrorText: t('copyFailed'),
            disabled: turn.answer.text === '',
          },
          { type: 'icon-button', id: 'again', text: t('askAgain'), iconName: 'refresh' },
          { type: 'icon-button', id: 'edit', text: t('editQuestion'), iconName: 'edit' },
          {
            type: 'icon-toggle-button',
            id: 'details',
            text: detailsOpen ? t('hideDetails') : t('showDetails'),
            iconName: 'status-info',
            pressed: detailsOpen,
          },
        ]}
      />
    </div>
  );
}
