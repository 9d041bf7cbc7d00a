/** Texts for how an answer ended, in the language of the interface. */
import type { MessageKey } from '../i18n/en';
import type { Translate } from '../i18n/languages';
import type { Answer } from '../state/answer';

/** The service's words for a failure, and ours. Both spellings of a code are one: `ModelMisconfigured`, `model_misconfigured`. */
const ERRORS: Readonly<Record<string, MessageKey>> = {
  modelthrottled: 'errorModelThrottled',
  modelunavailable: 'errorModelUnavailable',
  modeltimeout: 'errorModelTimeout',
  modelinterrupted: 'errorModelInterrupted',
  modelerror: 'errorModelError',
  modelrejected: 'errorModelRejected',
  modelmisconfigured: 'errorModelMisconfigured',
  quotaexhausted: 'errorQuotaExhausted',
  busy: 'errorBusy',
  emptyanswer: 'errorEmptyAnswer',
  deadline: 'errorDeadline',
  deliveryfailed: 'errorDeliveryFailed',
  internal: 'errorInternal',
};

/** Failures that asking again does not mend, today at least. */
const FINAL_ERRORS = new Set(['modelmisconfigured', 'quotaexhausted']);

/** Stop reasons a reader should know of: the answer is whole as far as the service goes, but not as far as it could. */
const STOP_REASONS: Readonly<Record<string, MessageKey>> = {
  max_tokens: 'stopMaxTokens',
  guardrail_intervened: 'stopGuardrail',
  content_filtered: 'stopFiltered',
  model_context_window_exceeded: 'stopContextWindow',
  malformed_model_output: 'stopMalformed',
  malformed_tool_use: 'stopMalformed',
};
/** How an answer ends that is whole. */
const ORDINARY = new Set(['end_turn', 'stop_sequence']);

function spelling(code: string): string {
  return code.replaceAll(/[_-]/g, '').toLowerCase();
}

/** A code newer than this interface is told in the service's own apology. */
export function errorText({ errorCode, apology }: Pick<Answer, 'errorCode' | 'apology'>, t: Translate): string {
  const key = errorCode === null ? undefined : ERRORS[spelling(errorCode)];
  return key ? t(key) : (apology ?? t('errorInternal'));
}

export function canRetry({ errorCode }: Pick<Answer, 'errorCode'>): boolean {
  return errorCode === null || !FINAL_ERRORS.has(spelling(errorCode));
}

export function interruptionText({ interruption }: Pick<Answer, 'interruption'>, t: Translate): string {
  if (interruption === 'unsure') return t('interruptedUnsure');
  if (interruption === 'connection') return t('interruptedConnection');
  return t(interruption === 'gap' ? 'interruptedGap' : 'interruptedSilence');
}

/** Null for an ordinary end, and where nobody said how it ended. */
export function stopReasonText(stopReason: string | null, t: Translate): string | null {
  if (stopReason === null || ORDINARY.has(stopReason)) return null;
  const key = STOP_REASONS[stopReason];
  return key ? t(key) : t('stopOther', { reason: stopReason });
}
