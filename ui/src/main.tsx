/** Puts the parts together: configuration, policy, identity, conversation, page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { askQuestion } from './api/ask';
import { apiKeyIdentity, needsSignIn, type Identity } from './api/authorization';
import { systemClock } from './api/clock';
import { diagnose } from './api/diagnosis';
import { ON_SEND_MESSAGE } from './api/piece';
import { RealtimeSubscription } from './api/realtime-subscription';
import { App, type Screen } from './app';
import { ConfigError, loadConfig, type Config } from './config';
import { restrictConnections } from './csp';
import type { Account } from './pages/chat-page';
import { patienceFor } from './state/answer';
import { ChatStore } from './state/chat-store';
import { keepFromLosing } from './leaving';
import { watchVersion } from './version';
import './styles/fonts.css';
import './styles/app.css';
import './styles/looks.css';
import './styles/parts.css';
import './styles/print.css';

const container = document.getElementById('root');
if (!container) throw new Error('The page has no #root element');
const root = createRoot(container);

function show(screen: Screen): void {
  root.render(
    <StrictMode>
      <App screen={screen} />
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  const config = await loadConfig(`${import.meta.env.BASE_URL}config.json`);
  restrictConnections(config);
  if (config.auth.mode === 'OIDC') await startSignedIn(config, config.auth);
  else startChat(config, apiKeyIdentity(config.auth.apiKey), null);
}

async function startSignedIn(config: Config, auth: Extract<Config['auth'], { mode: 'OIDC' }>): Promise<void> {
  const { createManager, OidcIdentity } = await import('./api/oidc-identity');
  const identity = new OidcIdentity(createManager(auth), systemClock);
  const askToSignIn = (problem: string | null): void =>
    show({ kind: 'sign-in', problem, onSignIn: signIn, branding: config.branding });
  const signIn = (): void => {
    identity.signIn().catch((error: unknown) => askToSignIn(describe(error)));
  };
  const signedIn = await identity.begin().catch((error: unknown) => {
    askToSignIn(describe(error));
    return null;
  });
  if (signedIn === false) askToSignIn(null);
  if (!signedIn) return;
  const store = startChat(config, identity, {
    name: identity.name,
    signIn,
    signOut: () => {
      store.close();
      askToSignIn(null);
      identity.signOut().catch((error: unknown) => askToSignIn(describe(error)));
    },
  });
}

function startChat(config: Config, identity: Identity, account: Account | null): ChatStore {
  const { graphqlUrl, realtimeUrl, maxMessageChars } = config;
  const store = new ChatStore({
    clock: systemClock,
    subscribe: (sessionId, handlers) =>
      new RealtimeSubscription(
        { realtimeUrl, graphqlUrl, identity, query: ON_SEND_MESSAGE, variables: { sessionId }, clock: systemClock },
        handlers,
      ),
    ask: async (question) => {
      try {
        return await askQuestion(graphqlUrl, await identity.headers(), question);
      } catch (error) {
        // Nothing was sent. A provider that is away for a moment is no reason to sign in again.
        return { ok: false, problem: { kind: needsSignIn(error) ? 'unauthorized' : 'unavailable' } };
      }
    },
    patience: patienceFor(config.answerTimeoutSeconds),
    diagnose: () => diagnose(graphqlUrl, realtimeUrl),
  });
  window.addEventListener('online', () => store.reconnect());
  window.addEventListener('offline', () => store.goOffline());
  window.addEventListener('pageshow', () => store.wakeUp());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') store.wakeUp();
  });
  keepFromLosing(store);
  store.start();
  show({
    kind: 'chat',
    store,
    maxChars: maxMessageChars,
    account,
    branding: config.branding,
    onOutdated: watchVersion,
  });
  return store;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

start().catch((error: unknown) => {
  show({ kind: 'config-error', problems: error instanceof ConfigError ? error.problems : [describe(error)] });
});
