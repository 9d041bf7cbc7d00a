import { describe, expect, it, vi } from 'vitest';
import { NO_BRANDING } from '../test/branding';
import { ConfigError, inLanguage, loadConfig, parseConfig } from './config';

const API_KEY = {
  region: 'eu-central-1',
  graphqlUrl: 'https://abc.appsync-api.eu-central-1.amazonaws.com/graphql',
  realtimeUrl: 'wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/graphql',
  maxMessageChars: 8000,
  auth: { mode: 'API_KEY', apiKey: 'da2-x' },
};
const OIDC = { mode: 'OIDC', issuer: 'https://id.example', clientId: 'chat', scope: 'openid offline_access' };

function problemsOf(json: unknown): readonly string[] {
  try {
    parseConfig(json);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

const COMPLETE = { ...API_KEY, answerTimeoutSeconds: 120, branding: NO_BRANDING };

describe('what the organisation says on the page', () => {
  const branding = {
    productName: 'Ask Acme',
    notice: { en: 'Answers may be wrong.', de: 'Antworten können falsch sein.' },
    banner: 'INTERNAL',
    policyUrl: 'https://acme.example/rules',
    supportUrl: 'mailto:help@acme.example',
    modelName: 'Nova',
    suggestions: { en: ['What is our travel policy?'] },
  };

  it('is taken as it is, in the language of the reader', () => {
    const taken = parseConfig({ ...API_KEY, answerTimeoutSeconds: 300, branding });
    expect(taken).toMatchObject({ answerTimeoutSeconds: 300, branding: { ...branding, banner: { '': 'INTERNAL' } } });
    expect(inLanguage(taken.branding.notice, 'de')).toBe('Antworten können falsch sein.');
    expect(inLanguage(taken.branding.notice, 'ja')).toBe('Answers may be wrong.');
    expect(inLanguage(taken.branding.banner, 'fr')).toBe('INTERNAL');
    expect(inLanguage(taken.branding.suggestions, 'pt-BR')).toEqual(['What is our travel policy?']);
  });

  it.each([
    [{ productName: ' ' }, '"branding.productName" must be a text that is not blank'],
    [{ notice: { en: '' } }, '"branding.notice" must be a text, or an object of texts by language'],
    [{ policyUrl: 'javascript:alert(1)' }, '"branding.policyUrl" must be an https:// or mailto: address'],
    [{ suggestions: { en: 'one' } }, '"branding.suggestions" must be an object of lists of texts, by language'],
  ])('is refused by name: %j', (wrong, problem) => {
    expect(problemsOf({ ...API_KEY, branding: wrong })).toEqual([problem]);
  });

  it('must be an object', () => {
    expect(problemsOf({ ...API_KEY, branding: 'Acme' })).toEqual(['"branding" must be an object']);
  });
});

describe('the configuration', () => {
  it('is taken with an API key', () => {
    expect(parseConfig(API_KEY)).toEqual(COMPLETE);
  });

  it('is taken with OpenID Connect, and fills in what may be left out', () => {
    expect(parseConfig({ ...API_KEY, auth: { ...OIDC, scope: undefined } }).auth).toEqual({
      ...OIDC,
      scope: 'openid',
      origins: [],
    });
    const origins = ['https://tokens.example/oauth2'];
    expect(parseConfig({ ...API_KEY, auth: { ...OIDC, origins } }).auth).toMatchObject({
      origins: ['https://tokens.example'],
    });
  });

  it.each(Object.keys(API_KEY))('names %s when it is missing', (key) => {
    expect(problemsOf({ ...API_KEY, [key]: undefined })).toEqual([`"${key}" is missing`]);
  });

  it.each([
    [{ mode: 'API_KEY' }, '"auth.apiKey" is missing'],
    [{ apiKey: 'x' }, '"auth.mode" is missing'],
    [{ mode: 'NONE' }, '"auth.mode" must be "API_KEY" or "OIDC"'],
    [{ ...OIDC, issuer: undefined }, '"auth.issuer" is missing'],
    [{ ...OIDC, clientId: ' ' }, '"auth.clientId" must be a text that is not blank'],
    [{ ...OIDC, origins: ['nowhere'] }, '"auth.origins" must be a list of addresses'],
    ['API_KEY', '"auth" must be an object'],
  ])('says what is wrong with auth %j', (auth, problem) => {
    expect(problemsOf({ ...API_KEY, auth })).toEqual([problem]);
  });

  it('names all problems at once', () => {
    expect(problemsOf({})).toHaveLength(5);
  });

  it.each([
    ['graphqlUrl', 'http://api.example/graphql'],
    ['graphqlUrl', 'not an address'],
    ['realtimeUrl', 'ws://api.example/graphql/realtime'],
    ['realtimeUrl', 'ws://127.0.0.1.example/graphql/realtime'],
    ['realtimeUrl', 'https://api.example'],
  ])('refuses %s %s', (key, value) => {
    expect(problemsOf({ ...API_KEY, [key]: value })[0]).toContain(`"${key}" must be a`);
  });

  it.each(['127.0.0.1:4566', 'localhost:4566', '[::1]:4566'])('allows plain connections to %s', (host) => {
    const config = {
      ...API_KEY,
      graphqlUrl: `http://${host}/a/graphql`,
      realtimeUrl: `ws://${host}/a/graphql/realtime`,
    };
    expect(parseConfig(config).realtimeUrl).toBe(config.realtimeUrl);
  });

  it.each([0, -1, 1.5, '8000', null])('refuses maxMessageChars %j', (maxMessageChars) => {
    expect(problemsOf({ ...API_KEY, maxMessageChars })).toEqual(['"maxMessageChars" must be a whole number above 0']);
  });

  it.each([null, [], 'text', 3])('refuses %j', (json) => {
    expect(problemsOf(json)).toEqual(['The configuration must be a JSON object']);
  });
});

describe('loading the configuration', () => {
  const serving = (response: Response | Error) =>
    vi.fn<typeof fetch>(() => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response)));

  it('never takes a stored copy', async () => {
    const fetcher = serving(Response.json(API_KEY));
    await expect(loadConfig('/config.json', fetcher)).resolves.toEqual(COMPLETE);
    expect(fetcher).toHaveBeenCalledWith('/config.json', { cache: 'no-store' });
  });

  it.each([
    ['is absent', new Response('', { status: 404 })],
    ['is the page itself', new Response('<!doctype html>')],
    ['cannot be reached', new TypeError('network')],
  ])('tells how to make it when it %s', async (_name, response) => {
    await expect(loadConfig('/config.json', serving(response))).rejects.toThrow('run "make ui-config"');
  });
});
