/**
 * Turns `terraform output -json` into the configuration the page reads.
 *
 *   terraform output -json | npm run config            # reads standard input
 *   npm run config -- --from outputs.json              # reads a file
 *
 *   --out FILE            where to write (default public/config.json)
 *   --oidc-scope SCOPE    scope to ask the provider for (default "openid"; many give refresh tokens only for
 *                         "openid offline_access")
 *   --oidc-origin URL     an origin besides the issuer's that the provider serves tokens from; may be repeated.
 *                         Without it the provider's discovery document is asked.
 *   --oidc-client ID      which client the page signs in as, where oidc_client_id admits several
 *   --headers             also print the content-security policy for a host that can send headers
 *
 * The result passes the page's own check before it is written, so a bad one never replaces a good one.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const UI = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** @typedef {Record<string, { value?: unknown } | undefined>} TerraformOutputs */

/**
 * The configuration for a deployment. Outputs that are missing stay undefined; the page's check names them.
 * @param {TerraformOutputs} outputs
 * @param {{ scope: string, origins: string[], clientId?: string | undefined }} oidc
 */
export function configFrom(outputs, oidc) {
  /** @param {string} name */
  const output = (name) => outputs[name]?.value ?? undefined;
  const mode = output('client_auth');
  return {
    region: output('region'),
    graphqlUrl: output('graphql_url'),
    realtimeUrl: output('realtime_url'),
    maxMessageChars: output('max_message_chars'),
    ...(output('answer_timeout_seconds') === undefined
      ? {}
      : { answerTimeoutSeconds: output('answer_timeout_seconds') }),
    ...(output('ui_branding') === undefined ? {} : { branding: brandingFrom(output('ui_branding')) }),
    auth: mode === 'OIDC' ? { mode, issuer: output('oidc_issuer'), ...oidc } : { mode, apiKey: output('api_key') },
  };
}

/**
 * The client the page signs in as. `oidc_client_id` is a regular expression, and may name several clients.
 * @param {unknown} admitted
 * @param {string | undefined} chosen
 */
export function clientFrom(admitted, chosen) {
  if (typeof admitted !== 'string') {
    return { clientId: chosen };
  }
  if (chosen !== undefined) {
    if (!new RegExp(`^(?:${admitted})$`).test(chosen)) {
      throw new Error(`--oidc-client ${chosen} is not one that oidc_client_id admits: ${admitted}`);
    }
    return { clientId: chosen };
  }
  const names = admitted.split('|').map((name) => name.replace(/^\^|\$$/g, '').replaceAll('\\.', '.'));
  const [clientId, ...others] = names;
  if (names.some((name) => !/^[\w.:/@~-]+$/.test(name))) {
    throw new Error(`oidc_client_id is a pattern (${admitted}): say which client the page is with --oidc-client ID`);
  }
  const note = `oidc_client_id admits ${names.join(', ')}; the page signs in as ${clientId} (another: --oidc-client ID)`;
  return others.length > 0 ? { clientId, note } : { clientId };
}

/**
 * The variable `ui_branding` in the names of the page: `product_name` becomes `productName`.
 * @param {unknown} branding
 */
function brandingFrom(branding) {
  const entries = Object.entries(/** @type {Record<string, unknown>} */ (branding));
  const camel = (/** @type {string} */ name) =>
    name.replaceAll(/_([a-z])/g, (/** @type {string} */ _, /** @type {string} */ letter) => letter.toUpperCase());
  return Object.fromEntries(entries.filter(([, value]) => value !== null).map(([name, value]) => [camel(name), value]));
}

/**
 * Origins of the provider's endpoints that differ from the issuer's own. A provider that cannot be reached from here
 * yields none, and says so: the page may still reach it.
 * @param {unknown} issuer
 * @returns {Promise<string[]>}
 */
async function discoverOrigins(issuer) {
  const url = `${String(issuer).replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const discovery = /** @type {Record<string, unknown>} */ (await response.json());
    const names = ['token_endpoint', 'revocation_endpoint', 'userinfo_endpoint', 'jwks_uri'];
    const endpoints = names.map((name) => discovery[name]).filter((value) => typeof value === 'string');
    const own = new URL(String(issuer)).origin;
    return [...new Set(endpoints.map((endpoint) => new URL(endpoint).origin))].filter((origin) => origin !== own);
  } catch {
    console.error(`${url} could not be read; name other origins of the provider with --oidc-origin.`);
    return [];
  }
}

/**
 * A TypeScript module of the page itself.
 * @param {string} path
 * @returns {Promise<unknown>}
 */
async function pageModule(path) {
  return (await runnerImport(resolve(UI, path), { configFile: false, logLevel: 'error' })).module;
}

async function main() {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      out: { type: 'string', default: resolve(UI, 'public/config.json') },
      'oidc-scope': { type: 'string', default: 'openid' },
      'oidc-origin': { type: 'string', multiple: true },
      'oidc-client': { type: 'string' },
      headers: { type: 'boolean', default: false },
    },
  });
  const input = values.from ? await readFile(values.from, 'utf8') : await text(process.stdin);
  const outputs = /** @type {TerraformOutputs} */ (JSON.parse(input));
  const isOidc = outputs['client_auth']?.value === 'OIDC';
  const origins = values['oidc-origin'] ?? (isOidc ? await discoverOrigins(outputs['oidc_issuer']?.value) : []);
  const { clientId, note } = isOidc ? clientFrom(outputs['oidc_client_id']?.value, values['oidc-client']) : {};
  if (note) {
    console.error(note);
  }
  const json = configFrom(outputs, { scope: values['oidc-scope'], origins, clientId });

  const { parseConfig } = /** @type {typeof import('../src/config.ts')} */ (await pageModule('src/config.ts'));
  const config = parseConfig(json);
  await mkdir(dirname(values.out), { recursive: true });
  // The API key is in it: for its owner only, as far as the file system can see to that.
  await writeFile(`${values.out}.new`, `${JSON.stringify(json, null, 2)}\n`, { mode: 0o600 });
  await rename(`${values.out}.new`, values.out);
  console.error(`Wrote ${values.out} for ${config.graphqlUrl} (${config.auth.mode})`);

  if (values.headers) {
    const { headerPolicy } = /** @type {typeof import('../src/csp.ts')} */ (await pageModule('src/csp.ts'));
    console.log(`Content-Security-Policy: ${headerPolicy(config)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
