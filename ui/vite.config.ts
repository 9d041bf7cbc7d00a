/// <reference types="vitest/config" />
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { parseConfig } from './src/config.ts';
import { headerPolicy, pagePolicy } from './src/csp.ts';

/** Vite's development server inserts styles and a script of its own; only there a nonce lets them in. */
const DEV_NONCE = randomBytes(16).toString('base64');

/** The configuration the development server serves: of another stack than the one in public/, for instance the demo's. */
const DEV_CONFIG = process.env['UI_CONFIG'];

/** Sends the policy that belongs to a configuration, which is read anew for each page. */
function policyHeader(configFile: string, nonce?: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    if (!request.headers.accept?.includes('text/html')) return next();
    readFile(configFile, 'utf8')
      .then((json) => headerPolicy(parseConfig(JSON.parse(json)), nonce))
      // Without a valid configuration the page says so itself, under the policy it carries.
      .catch(() => pagePolicy(nonce))
      .then((policy) => {
        response.setHeader('Content-Security-Policy', policy);
        next();
      }, next);
  };
}

/** Serves one file as the configuration. */
function configuration(file: string): Connect.NextHandleFunction {
  return (_request, response, next) => {
    readFile(file).then((json) => response.setHeader('Content-Type', 'application/json').end(json), next);
  };
}

/** The content-security policy: in the built page, and as a header from both servers. */
function contentSecurityPolicy(): Plugin {
  let dev = false;
  let publicDir = '';
  return {
    name: 'content-security-policy',
    configResolved(config) {
      dev = config.command === 'serve' && !config.isProduction;
      publicDir = config.publicDir;
    },
    configureServer(server) {
      server.middlewares.use(policyHeader(DEV_CONFIG ?? join(publicDir, 'config.json'), DEV_NONCE));
      if (DEV_CONFIG !== undefined) server.middlewares.use('/config.json', configuration(DEV_CONFIG));
    },
    configurePreviewServer(server) {
      const { root, build } = server.config;
      server.middlewares.use(policyHeader(resolve(root, build.outDir, 'config.json')));
    },
    transformIndexHtml() {
      const content = pagePolicy(dev ? DEV_NONCE : undefined);
      // Before anything the policy is meant for.
      return [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' }];
    },
  };
}

export default defineConfig(({ command, isPreview }) => ({
  plugins: [react(), contentSecurityPolicy()],
  html: command === 'serve' && !isPreview ? { cspNonce: DEV_NONCE } : {},
  // The selections stand beside the schema, outside this folder.
  server: { host: '127.0.0.1', port: 5173, strictPort: true, fs: { allow: ['.', '../deployment/api'] } },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true },
  build: {
    target: 'es2022',
    sourcemap: true,
    // data: fonts and scripts are outside the policy, so nothing is inlined.
    assetsInlineLimit: 0,
    manifest: true,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    testTimeout: 60_000,
    css: false,
    restoreMocks: true,
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
}));
