import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import PromptInput, { type PromptInputProps } from '@cloudscape-design/components/prompt-input';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { memo, useId, useState, type KeyboardEvent, type RefObject } from 'react';
import type { AskProblem } from '../api/ask';
import { useI18n } from '../i18n/i18n-context';
import { ComposerHint } from './composer-hint';
import { fieldProblemText, problemText, problemTitle } from './problem-texts';
import { byTouch } from './pointer';

export interface ComposerProps {
  readonly inputRef: RefObject<PromptInputProps.Ref | null>;
  readonly draft: string;
  readonly onDraftChange: (draft: string) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  /** Puts the question asked last into the empty field. */
  readonly onRecall: () => void;
  /** Cuts a question that is too long into parts, or off. */
  readonly onSplit: () => void;
  readonly onShorten: () => void;
  /** Parts of a long question that come after the one in the field. */
  readonly partsLeft: number;
  /** How to sign in again; null where there is no signing in. */
  readonly onSignIn: (() => void) | null;
  /** An answer is under way. */
  readonly busy: boolean;
  /** The reader wanted to send meanwhile. */
  readonly toldBusy: boolean;
  readonly onTellBusy: () => void;
  /** Longest question the service takes, in code points. */
  readonly maxChars: number;
  /** Why the last question was not taken; shown until the reader changes something. */
  readonly problem: AskProblem | null;
}

/** What a keyboard sends while it converts: in Safari also for the Enter that ends it, when nothing else tells. */
const CONVERTING = 229;

/** Where the question is written. Not drawn again for a piece of an answer. */
export const Composer = memo(function Composer(props: ComposerProps) {
  const { inputRef, draft, onDraftChange, onSend, onStop, onRecall, busy, maxChars, problem } = props;
  const { t } = useI18n();
  const errorId = useId();
  const hintId = useId();
  const [touch] = useState(byTouch);
  // The service counts code points, not UTF-16 units: an emoji is one character to both.
  const length = Array.from(draft).length;
  const tooLong = length > maxChars;
  const canSend = !busy && !tooLong && draft.trim() !== '';
  const fieldError = problem?.kind === 'invalid' ? fieldProblemText(problem, t) : undefined;

  const act = (): void => {
    if (canSend) onSend();
    else if (busy && draft.trim() !== '') props.onTellBusy();
  };
  // Before the field sees it: there every Enter is a send.
  const handleKey = (event: KeyboardEvent): void => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari tells of it in no other way.
    const converting = event.nativeEvent.isComposing || event.keyCode === CONVERTING;
    if (event.key === 'Enter' && (converting || touch)) event.stopPropagation();
    if (event.key === 'ArrowUp' && draft === '' && !converting) {
      event.preventDefault();
      onRecall();
    }
  };
  return (
    <div className="composer" data-testid="composer">
      {problem && problem.kind !== 'invalid' && (
        <Alert
          type="error"
          header={t(problemTitle(problem))}
          action={
            problem.kind === 'unauthorized' &&
            props.onSignIn && <Button onClick={props.onSignIn}>{t('signInAgain')}</Button>
          }
          data-testid="question-refused"
        >
          {problemText(problem, t)}
        </Alert>
      )}
      <div onKeyDownCapture={handleKey}>
        <PromptInput
          ref={inputRef}
          value={draft}
          onChange={({ detail }) => onDraftChange(detail.value)}
          onAction={act}
          ariaLabel={t('questionLabel')}
          ariaDescribedby={fieldError === undefined ? hintId : `${errorId} ${hintId}`}
          placeholder={t('questionPlaceholder')}
          minRows={2}
          maxRows={10}
          spellcheck
          invalid={tooLong || fieldError !== undefined}
          controlId="question"
          nativeTextareaAttributes={{ dir: 'auto', enterKeyHint: touch ? 'enter' : 'send' }}
          customPrimaryAction={
            busy ? (
              <Button variant="icon" iconName="stop-circle" ariaLabel={t('stop')} onClick={onStop} data-testid="stop" />
            ) : (
              <Button
                variant="icon"
                iconName="send"
                ariaLabel={t('send')}
                disabled={!canSend}
                onClick={onSend}
                data-testid="send"
              />
            )
          }
        />
      </div>
      {fieldError !== undefined && (
        <div id={errorId} role="alert" data-testid="field-error">
          <StatusIndicator type="error">{fieldError}</StatusIndicator>
        </div>
      )}
      <ComposerHint
        id={hintId}
        length={length}
        maxChars={maxChars}
        touch={touch}
        toldBusy={busy && props.toldBusy}
        partsLeft={props.partsLeft}
        onSplit={props.onSplit}
        onShorten={props.onShorten}
      />
    </div>
  );
});
