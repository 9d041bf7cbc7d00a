import Avatar from '@cloudscape-design/chat-components/avatar';
import ChatBubble, { type ChatBubbleProps } from '@cloudscape-design/chat-components/chat-bubble';
import Button from '@cloudscape-design/components/button';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n-context';
import type { Turn } from '../state/conversation';

/** The chat components look for colours under other names than this release of the components defines, so they get ours. */
const STYLE: ChatBubbleProps.Style = { bubble: { background: 'transparent', color: 'var(--color-text)' } };
/** A question longer than this many characters is folded once it was asked. */
const FOLD_CHARS = 1_200;

export interface QuestionViewProps {
  readonly turn: Turn;
  readonly editing: boolean;
  readonly onEdited: (question: string) => void;
  readonly onCancel: () => void;
}

export function QuestionView({ turn, editing, onEdited, onCancel }: QuestionViewProps) {
  const { t } = useI18n();
  const [unfolded, setUnfolded] = useState(false);
  const folds = turn.question.length > FOLD_CHARS;
  return (
    <div className="question" data-testid="question">
      <ChatBubble type="outgoing" ariaLabel={t('you')} avatar={<Avatar ariaLabel={t('you')} />} style={STYLE}>
        {editing ? (
          <QuestionEditor question={turn.question} onDone={onEdited} onCancel={onCancel} />
        ) : (
          // A heading, so that screen readers can go from question to question.
          <h2 className={folds && !unfolded ? 'question-text folded-text' : 'question-text'} dir="auto">
            {turn.question}
          </h2>
        )}
        {folds && !editing && (
          <Button variant="inline-link" ariaExpanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            {t(unfolded ? 'showLess' : 'showMore')}
          </Button>
        )}
      </ChatBubble>
    </div>
  );
}

interface QuestionEditorProps {
  readonly question: string;
  readonly onDone: (question: string) => void;
  readonly onCancel: () => void;
}

/** The question where it stands, so that what is being written below is not touched. */
function QuestionEditor({ question, onDone, onCancel }: QuestionEditorProps) {
  const { t } = useI18n();
  const [text, setText] = useState(question);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <form
      className="question-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') onDone(text);
      }}
    >
      <textarea
        ref={field}
        aria-label={t('editLabel')}
        dir="auto"
        rows={Math.min(10, text.split('\n').length + 1)}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          event.stopPropagation();
          onCancel();
        }}
        data-testid="question-editor"
      />
      <div className="question-editor-actions">
        <Button formAction="none" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button variant="primary" formAction="submit" disabled={text.trim() === ''}>
          {t('send')}
        </Button>
      </div>
    </form>
  );
}
