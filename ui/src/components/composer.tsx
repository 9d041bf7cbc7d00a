import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import PromptInput, { type PromptInputProps } from '@cloudscape-design/components/prompt-input';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { memo, useId, type RefObject } from 'react';
import { useI18n } from '../i18n/i18n-context';
import type { Translate } from '../i18n/languages';
import type { AskProblem } from '../api/ask';

export interface ComposerProps {
  readonly inputRef: RefObject<PromptInputProps.Ref | null>;
  readonly draft: string;
  readonly onDraftChange: (draft: string) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  /** An answer is under way. */
  readonly busy: boolean;
  /** Longest question the service takes, in code points. */
  readonly maxChars: number;
  /** Why the last question was not taken; shown until the reader changes something. */
  readonly problem: AskProblem | null;
}

/** The counter appears when this share of the limit is used: before that nobody needs it. */
const COUNTER_FROM = 0.75;

/** Where the question is written. Not drawn again for a piece of an answer. */
export const Composer = memo(function Composer({
  inputRef,
  draft,
  onDraftChange,
  onSend,
  onStop,
  busy,
  maxChars,
  problem,
}: ComposerProps) {
  const { t } = useI18n();
  const errorId = useId();
  const hintId = useId();
  // The service counts code points, not UTF-16 units: an emoji is one character to both.
  const length = Array.from(draft).length;
  const tooLong = length > maxChars;
  const canSend = !busy && !tooLong && draft.trim() !== '';
  const fieldError = problem?.kind === 'invalid' ? t('refusedInvalid', { detail: invalidDetail(problem) }) : undefined;
  return (
    <div className="composer" data-testid="composer">
      {problem && problem.kind !== 'invalid' && (
        <Alert type="error" header={t('refusedTitle')} data-testid="question-refused">
          {problemText(problem, t)}
        </Alert>
      )}
      <PromptInput
        ref={inputRef}
        value={draft}
        onChange={({ detail }) => onDraftChange(detail.value)}
        onAction={() => canSend && onSend()}
        ariaLabel={t('questionLabel')}
        ariaDescribedby={fieldError === undefined ? hintId : `${errorId} ${hintId}`}
        placeholder={t('questionPlaceholder')}
        minRows={2}
        maxRows={10}
        spellcheck
        invalid={tooLong || fieldError !== undefined}
        controlId="question"
        nativeTextareaAttributes={{ dir: 'auto' }}
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
      {fieldError !== undefined && (
        <div id={errorId} role="alert" data-testid="field-error">
          <StatusIndicator type="error">{fieldError}</StatusIndicator>
        </div>
      )}
      <Constraint id={hintId} length={length} maxChars={maxChars} />
    </div>
  );
});

interface ConstraintProps {
  readonly id: string;
  readonly length: number;
  readonly maxChars: number;
}

function Constraint({ id, length, maxChars }: ConstraintProps) {
  const { t, language } = useI18n();
  const left = maxChars - length;
  const count = new Intl.NumberFormat(language).format(Math.abs(left));
  return (
    <div className="constraint" id={id}>
      <span>{t('questionHint')}</span>
      {length >= maxChars * COUNTER_FROM && (
        <span className={left < 0 ? 'counter counter-over' : 'counter'} data-testid="counter">
          {t(left < 0 ? 'charactersOver' : 'charactersLeft', { count })}
        </span>
      )}
    </div>
  );
}

function invalidDetail({ message, violations }: AskProblem & { kind: 'invalid' }): string {
  return violations.length > 0 ? violations.map(({ field, rule }) => `${field} ${rule}`).join('; ') : message;
}

function problemText(problem: Exclude<AskProblem, { kind: 'invalid' }>, t: Translate): string {
  switch (problem.kind) {
    case 'unauthorized':
      return t('refusedUnauthorized');
    case 'unavailable':
      return t('refusedUnavailable');
    case 'unreachable':
      return t('refusedUnreachable');
  }
}
