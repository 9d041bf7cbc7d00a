/** Hands a question over by the `getLlmResponse` query. The answer itself arrives on the subscription. */
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
  /** No answer at all: whether the question arrived is unknown. */
  | { readonly kind: 'unreachable' };

export type AskResult = { readonly ok: true } | { readonly ok: false; readonly problem: AskProblem };

export const GET_LLM_RESPONSE = `query GetLlmResponse($input: GetLlmResponseInput!) {
  getLlmResponse(input: $input) {
    requestId
  }
}`;

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
  }).catch(() => null);
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
  if (status === 401 || status === 403) return refused({ kind: 'unauthorized' });
  const taken = (body as { data?: { getLlmResponse?: unknown } } | null)?.data?.getLlmResponse;
  return taken ? { ok: true } : refused({ kind: 'unavailable' });
}

function readError(error: GraphqlError): AskProblem {
  const type = typeof error.errorType === 'string' ? error.errorType : '';
  if (type === 'Unauthorized' || type === 'UnauthorizedException') return { kind: 'unauthorized' };
  if (type === 'BadRequest') {
    const message = typeof error.message === 'string' ? error.message : '';
    return { kind: 'invalid', message, violations: readViolations(error.errorInfo?.violations) };
  }
  return { kind: 'unavailable' };
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
