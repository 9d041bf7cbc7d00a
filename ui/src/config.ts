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
  /** After this many seconds the service ends an answer: how long the page waits follows from it. */
  readonly answerTimeoutSeconds: number;
  readonly auth: AuthConfig;
  readonly branding: Branding;
}

/** A text in several languages, by BCP 47 tag; or the same in all. */
export type LocalText = Readonly<Record<string, string>>;

/** What the organisation says on the page. What is null or empty is not shown. */
export interface Branding {
  readonly productName: string | null;
  /** What to know before asking, such as which data may be entered. */
  readonly notice: LocalText | null;
  /** Classification, in a line above everything. */
  readonly banner: LocalText | null;
  readonly policyUrl: string | null;
  /** A page or a mail address. */
  readonly supportUrl: string | null;
  readonly modelName: string | null;
  readonly suggestions: Readonly<Record<string, readonly string[]>>;
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

/** The deployment's own default. */
export const ANSWER_TIMEOUT_SECONDS = 120;

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

  positiveInteger(key: string, fallback?: number): number {
    const value = key in this.#object ? this.#object[key] : fallback;
    if (value === undefined) this.#complain(key, 'is missing');
    else if (!Number.isInteger(value) || (value as number) < 1) this.#complain(key, 'must be a whole number above 0');
    else return value as number;
    return 0;
  }

  optionalText(key: string): string | null {
    return (this.#object[key] ?? null) === null ? null : this.text(key);
  }

  /** An address a reader may follow. */
  link(key: string): string | null {
    const value = this.optionalText(key);
    if (value === null || value === '') return null;
    if (URL.canParse(value) && ['https:', 'mailto:'].includes(new URL(value).protocol)) return value;
    this.#complain(key, 'must be an https:// or mailto: address');
    return null;
  }

  /** One text for all languages, or one by language. */
  localText(key: string): LocalText | null {
    const value = this.#object[key] ?? null;
    if (value === null) return null;
    if (typeof value === 'string' && value.trim() !== '') return { '': value };
    const texts = isObject(value) ? Object.entries(value) : [];
    if (texts.length > 0 && texts.every(([, text]) => typeof text === 'string' && text.trim() !== ''))
      return value as LocalText;
    this.#complain(key, 'must be a text, or an object of texts by language');
    return null;
  }

  lists(key: string): Readonly<Record<string, readonly string[]>> {
    const value = this.#object[key] ?? {};
    const good =
      isObject(value) &&
      Object.values(value).every(
        (list) => Array.isArray(list) && list.every((item) => typeof item === 'string' && item.trim() !== ''),
      );
    if (good) return value as Record<string, string[]>;
    this.#complain(key, 'must be an object of lists of texts, by language');
    return {};
  }

  /** An object that may be missing. */
  optionalObject(key: string): Fields {
    return (this.#object[key] ?? null) === null
      ? new Fields({}, `${this.#path}${key}.`, this.#problems)
      : (this.object(key) ?? new Fields({}, '', []));
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

function parseBranding(fields: Fields): Branding {
  return {
    productName: fields.optionalText('productName'),
    notice: fields.localText('notice'),
    banner: fields.localText('banner'),
    policyUrl: fields.link('policyUrl'),
    supportUrl: fields.link('supportUrl'),
    modelName: fields.optionalText('modelName'),
    suggestions: fields.lists('suggestions'),
  };
}

/** Of what an organisation configured by language, what fits the language of the page best. */
export function inLanguage<T>(values: Readonly<Record<string, T>> | null, language: string): T | null {
  if (!values) return null;
  return (
    values[language] ??
    values[language.split('-')[0] ?? ''] ??
    values['en'] ??
    values[''] ??
    Object.values(values)[0] ??
    null
  );
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
    answerTimeoutSeconds: fields.positiveInteger('answerTimeoutSeconds', ANSWER_TIMEOUT_SECONDS),
    auth: parseAuth(fields.object('auth')),
    branding: parseBranding(fields.optionalObject('branding')),
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
