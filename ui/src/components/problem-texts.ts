/** Why a question was not taken, in the language of the interface: the service's own words are for developers. */
import type { AskProblem } from '../api/ask';
import type { MessageKey } from '../i18n/en';
import type { Translate } from '../i18n/languages';

type Invalid = Extract<AskProblem, { kind: 'invalid' }>;

const TEXTS: Readonly<Record<Exclude<AskProblem['kind'], 'invalid'>, MessageKey>> = {
  unauthorized: 'refusedUnauthorized',
  unavailable: 'refusedUnavailable',
  busy: 'errorBusy',
  misconfigured: 'errorModelMisconfigured',
  quota: 'errorQuotaExhausted',
  'outcome-unknown': 'refusedUnreachable',
  unreachable: 'refusedUnreachable',
};

export function problemTitle({ kind }: AskProblem): MessageKey {
  return kind === 'unreachable' || kind === 'outcome-unknown' ? 'unknownTitle' : 'refusedTitle';
}

export function problemText(problem: Exclude<AskProblem, Invalid>, t: Translate): string {
  return t(TEXTS[problem.kind]);
}

export function fieldProblemText({ violations }: Invalid, t: Translate): string {
  const texts = violations.map(({ field, rule }) => {
    if (field === 'message' && /blank|empty/.test(rule)) return t('ruleBlank');
    if (field === 'message' && /long|at most|characters/.test(rule)) return t('ruleTooLong');
    return t('refusedInvalid', { field });
  });
  return texts.length > 0 ? [...new Set(texts)].join(' ') : t('refusedInvalid', { field: '?' });
}
