/** Texts for how an answer ended, in the language of the interface. */
import type { MessageKey } from '../i18n/en';
import type { Translate } from '../i18n/languages';
import type { Answer } from '../state/answer';

/** The service's words for a failure, and ours. */
const ERRORS: Readonly<Record<string, MessageKey>> = {
  model_throttled: 'errorModelThrottled',
  model_unavailable: 'errorModelUnavailable',
  model_timeout: 'errorModelTimeout',
  model_interrupted: 'errorModelInterrupted',
  model_error: 'errorModelError',
  model_rejected: 'errorModelRejected',
  model_misconfigured: 'errorModelMisconfigured',
  empty_answer: 'errorEmptyAnswer',
  deadline: 'errorDeadline',
  delivery_failed: 'errorDeliveryFailed',
  internal: 'errorInternal',
};

/** Stop reasons a reader should know of: the answer is whole as far as the service goes, but not as far as it could. */
const STOP_REASONS: Readonly<Record<string, MessageKey>> = {
  max_tokens: 'stopMaxTokens',
  guardrail_intervened: 'stopGuardrail',
  content_filtered: 'stopFiltered',
};

/** A code newer than this interface is told in the service's own apology. */
export function errorText({ errorCode, apology }: Pick<Answer, 'errorCode' | 'apology'>, t: Translate): string {
  const key = errorCode === null ? undefined : ERRORS[errorCode];
  return key ? t(key) : (apology ?? t('errorInternal'));
}

export function interruptionText({ interruption }: Pick<Answer, 'interruption'>, t: Translate): string {
  if (interruption === 'connection') return t('interruptedConnection');
  return t(interruption === 'gap' ? 'interruptedGap' : 'interruptedSilence');
}

/** Null for an ordinary end, and for reasons nobody has a text for. */
export function stopReasonText(stopReason: string | null, t: Translate): string | null {
  const key = stopReason === null ? undefined : STOP_REASONS[stopReason];
  return key ? t(key) : null;
}
