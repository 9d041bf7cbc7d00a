/**
 * What the interface must know of its deployment: one JSON file beside the page, read once at start.
 * Nothing else in `src/` reads configuration, and nothing here touches the page.
 */

/** How readers prove who they are. */
export type AuthConfig =
  | { readonly mode: 'API_KEY'; readonly apiKey: string }
  | {
      readonly mode: 'OIDC';
      readonly issuer: string;
      readonly clientId: string;
      readonly scope: string;
      /** Origins besides the issuer's that the provider serves tokens from (Cognito and Google do so). */
      readonly origins: readonly string[];
    };

export interface Config {
  readonly region: string;
  readonly graphqlUrl: string;
  readonly realtimeUrl: string;
  /** Longest question the service accepts, counted in Unicode code points. */
  readonly maxMessageChars: number;
  readonly auth: AuthConfig;
}

/** Every problem of a configuration at once; the message is meant for the person who deploys. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Json = Record<string, unknown>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Reads fields of one JSON object and collects what is wrong under each field's full path. */
class Fields {
  readonly #object: Json;
  readonly #path: string;
  readonly #problems: string[];

  constructor(object: Json, path: string, problems: string[]) {
    this.#object = object;
    this.#path = path;
    this.#problems = problems;
  }

  #complain(key: string, problem: string): void {
    this.#problems.push(`"${this.#path}${key}" ${problem}`);
  }

  text(key: string, fallback?: string): string {
    const value = this.#object[key] ?? fallback;
    if (value === undefined) this.#complain(key, 'is missing');
    else if (typeof value !== 'string' || value.trim() === '') this.#complain(key, 'must be a text that is not blank');
    else return value;
    return '';
  }

  /** A URL with the wanted secure scheme, or with its plain one where the host is this machine. */
  url(key: string, secure: string, plain: string): string {
    const value = this.text(key);
    if (value === '') return '';
    const url = URL.canParse(value) ? new URL(value) : null;
    const secureEnough = url?.protocol === secure || (url?.protocol === plain && LOOPBACK.test(url.hostname));
    if (!secureEnough) this.#complain(key, `must be a ${secure}// address (${plain}// only for this machine)`);
    return value;
  }

  positiveInteger(key: string): number {
    const value = this.#object[key];
    if (value === undefined) this.#complain(key, 'is missing');
    else if (!Number.isInteger(value) || (value as number) < 1) this.#complain(key, 'must be a whole number above 0');
    else return value as number;
    return 0;
  }

  origins(key: string): string[] {
    const value = this.#object[key] ?? [];
    const good = Array.isArray(value) && value.every((item) => typeof item === 'string' && URL.canParse(item));
    if (good) return value.map((item: string) => new URL(item).origin);
    this.#complain(key, 'must be a list of addresses');
    return [];
  }

  object(key: string): Fields | null {
    const value = this.#object[key];
    if (isObject(value)) return new Fields(value, `${this.#path}${key}.`, this.#problems);
    this.#complain(key, value === undefined ? 'is missing' : 'must be an object');
    return null;
  }

  complain(key: string, problem: string): void {
    this.#complain(key, problem);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseAuth(auth: Fields | null): AuthConfig {
  const mode = auth?.text('mode') ?? '';
  if (auth && mode === 'OIDC') {
    return {
      mode,
      issuer: auth.url('issuer', 'https:', 'http:'),
      clientId: auth.text('clientId'),
      scope: auth.text('scope', 'openid'),
      origins: auth.origins('origins'),
    };
  }
  if (auth && mode !== '' && mode !== 'API_KEY') auth.complain('mode', 'must be "API_KEY" or "OIDC"');
  return { mode: 'API_KEY', apiKey: mode === 'API_KEY' && auth ? auth.text('apiKey') : '' };
}

/** Checks a parsed configuration. Throws one ConfigError that names every key that is missing or wrong. */
export function parseConfig(json: unknown): Config {
  if (!isObject(json)) throw new ConfigError(['The configuration must be a JSON object']);
  const problems: string[] = [];
  const fields = new Fields(json, '', problems);
  const config: Config = {
    region: fields.text('region'),
    graphqlUrl: fields.url('graphqlUrl', 'https:', 'http:'),
    realtimeUrl: fields.url('realtimeUrl', 'wss:', 'ws:'),
    maxMessageChars: fields.positiveInteger('maxMessageChars'),
    auth: parseAuth(fields.object('auth')),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Fetches and checks the configuration. Throws ConfigError whatever is wrong with it, its absence included. */
export async function loadConfig(url: string, fetcher: typeof fetch = fetch): Promise<Config> {
  const response = await fetcher(url, { cache: 'no-store' }).catch(() => null);
  if (!response?.ok) throw new ConfigError([`${url} could not be read: run "make ui-config"`]);
  const json: unknown = await response.json().catch(() => undefined);
  // Development servers answer a missing file with the page itself, which is no JSON either.
  if (json === undefined) throw new ConfigError([`${url} is missing or is not JSON: run "make ui-config"`]);
  return parseConfig(json);
}
