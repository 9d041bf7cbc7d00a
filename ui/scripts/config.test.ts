// @vitest-environment node
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config';

const SCRIPT = resolve(import.meta.dirname, 'config.mjs');
const OUTPUTS = {
  region: { value: 'eu-central-1' },
  graphql_url: { value: 'https://abc.appsync-api.eu-central-1.amazonaws.com/graphql' },
  realtime_url: { value: 'wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/graphql' },
  max_message_chars: { value: 8000 },
  client_auth: { value: 'API_KEY' },
  api_key: { value: 'da2-x', sensitive: true },
  oidc_issuer: { value: null },
  oidc_client_id: { value: null },
  topic_arn: { value: 'arn:aws:sns:eu-central-1:111122223333:questions' },
};

let out: string;

beforeEach(async () => {
  out = join(await mkdtemp(join(tmpdir(), 'config-')), 'config.json');
});

/** Runs the script as `make ui-config` does: outputs on standard input. */
function configure(outputs: unknown, ...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [SCRIPT, '--out', out, ...flags], (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(JSON.stringify(outputs));
  });
}

const written = async (): Promise<unknown> => JSON.parse(await readFile(out, 'utf8'));

describe('the configuration script', () => {
  it('takes what the organisation says, and how long an answer may take, where the stack tells', async () => {
    const ui_branding = { value: { product_name: 'Ask Acme', policy_url: null, notice: { en: 'Mind the data.' } } };
    expect((await configure({ ...OUTPUTS, answer_timeout_seconds: { value: 300 }, ui_branding })).code).toBe(0);
    expect(parseConfig(await written())).toMatchObject({
      answerTimeoutSeconds: 300,
      branding: { productName: 'Ask Acme', policyUrl: null, notice: { en: 'Mind the data.' } },
    });
  });

  it('writes what the page accepts, and nothing else of the outputs', async () => {
    const { code } = await configure(OUTPUTS);
    expect(code).toBe(0);
    expect(parseConfig(await written()).auth).toEqual({ mode: 'API_KEY', apiKey: 'da2-x' });
    expect(await readFile(out, 'utf8')).not.toContain('arn:');
  });

  it('finds the other origins of a provider', async () => {
    const provider = createServer((_request, response) => {
      response.end(JSON.stringify({ token_endpoint: 'https://tokens.example/t', jwks_uri: `${issuer}/jwks` }));
    });
    await new Promise<void>((resolved) => provider.listen(0, '127.0.0.1', resolved));
    const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const oidc = { client_auth: { value: 'OIDC' }, oidc_issuer: { value: issuer }, oidc_client_id: { value: 'chat' } };
    const { stdout } = await configure({ ...OUTPUTS, ...oidc }, '--oidc-scope', 'openid offline_access', '--headers');
    provider.close();
    expect(parseConfig(await written()).auth).toEqual({
      mode: 'OIDC',
      issuer,
      clientId: 'chat',
      scope: 'openid offline_access',
      origins: ['https://tokens.example'],
    });
    expect(stdout).toMatch(new RegExp(`connect-src 'self' https://abc.* wss://abc.* ${issuer} https://tokens.example`));
  });

  it('names what is missing, and leaves a good configuration alone', async () => {
    await writeFile(out, '{"good": true}');
    const { code, stderr } = await configure({ ...OUTPUTS, graphql_url: undefined });
    expect(code).toBe(1);
    expect(stderr).toContain('"graphqlUrl" is missing');
    expect(await written()).toEqual({ good: true });
  });
});
