/** Hands a question over by the `getLlmResponse` query. The answer itself arrives on the subscription. */
import GET_LLM_RESPONSE from '../../../deployment/api/operations/get-llm-response.graphql?raw';
import type { AuthHeaders } from './authorization';

export interface Question {
  readonly sessionId: string;
  readonly requestId: string;
  readonly message: string;
  readonly locale: string;
}

export interface Violation {
  readonly field: string;
  readonly rule: string;
}

/** Why a question was not taken up, by what the reader can do about it. */
export type AskProblem =
  /** The service refuses this text or its settings; `violations` say which field and why. */
  | { readonly kind: 'invalid'; readonly message: string; readonly violations: readonly Violation[] }
  | { readonly kind: 'unauthorized' }
  /** The service answered, but cannot take questions now. */
  | { readonly kind: 'unavailable' }
  /** Too many questions: this one was certainly not taken. */
  | { readonly kind: 'busy' }
  /** The operator's fault: another question would fare no better. */
  | { readonly kind: 'misconfigured' }
  /** The allowance of the day is used up. */
  | { readonly kind: 'quota' }
  /** The service, or whoever answered for it, does not know whether it took the question: its answer may come. */
  | { readonly kind: 'outcome-unknown' }
  /** No answer at all: most likely the question never left, but nobody knows. */
  | { readonly kind: 'unreachable' };

/** Names of errors the service answers with, by what they mean here. */
const PROBLEMS: Readonly<Record<string, Exclude<AskProblem['kind'], 'invalid'>>> = {
  Unauthorized: 'unauthorized',
  UnauthorizedException: 'unauthorized',
  Busy: 'busy',
  ModelMisconfigured: 'misconfigured',
  QuotaExhausted: 'quota',
  OutcomeUnknown: 'outcome-unknown',
  // AppSync's own word for a query that took longer than 30 s: what it began may have happened.
  ExecutionTimeout: 'outcome-unknown',
};

export type AskResult = { readonly ok: true } | { readonly ok: false; readonly problem: AskProblem };

/** AppSync ends every query after 30 seconds; a little later nobody is there to answer. */
const TIMEOUT_MS = 35_000;

/**
 * Sends one question. Never throws and never retries: a question that may have arrived must not be asked twice
 * without the reader's knowledge.
 */
export async function askQuestion(
  graphqlUrl: string,
  headers: AuthHeaders,
  question: Question,
  fetcher: typeof fetch = fetch,
): Promise<AskResult> {
  const response = await fetcher(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: GET_LLM_RESPONSE, variables: { input: question } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  }).catch((error: unknown) => (error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : null));
  if (response === 'timeout') return refused({ kind: 'outcome-unknown' });
  if (response === null) return refused({ kind: 'unreachable' });
  const body: unknown = await response.json().catch(() => null);
  return readAnswer(response.status, body);
}

interface GraphqlError {
  readonly message?: unknown;
  readonly errorType?: unknown;
  readonly errorInfo?: { readonly violations?: unknown } | null;
}

function readAnswer(status: number, body: unknown): AskResult {
  // AppSync reports most refusals with status 200, so the body decides first.
  const errors = (body as { errors?: readonly GraphqlError[] } | null)?.errors ?? [];
  const [error] = errors;
  if (error) return refused(readError(error));
  if (status === 429) return refused({ kind: 'busy' });
  if (status === 504) return refused({ kind: 'outcome-unknown' });
  if (status === 401 || status === 403) return refused({ kind: 'unauthorized' });
  const taken = (body as { data?: { getLlmResponse?: unknown } } | null)?.data?.getLlmResponse;
  return taken ? { ok: true } : refused({ kind: 'unavailable' });
}

function readError(error: GraphqlError): AskProblem {
  const type = typeof error.errorType === 'string' ? error.errorType : '';
  if (type === 'BadRequest') {
    const message = typeof error.message === 'string' ? error.message : '';
    return { kind: 'invalid', message, violations: readViolations(error.errorInfo?.violations) };
  }
  return { kind: PROBLEMS[type] ?? 'unavailable' };
}

function readViolations(violations: unknown): Violation[] {
  if (!Array.isArray(violations)) return [];
  return violations.flatMap((violation: { field?: unknown; rule?: unknown } | null) =>
    typeof violation?.field === 'string' && typeof violation.rule === 'string'
      ? [{ field: violation.field, rule: violation.rule }]
      : [],
  );
}

function refused(problem: AskProblem): AskResult {
  return { ok: false, problem };
}
