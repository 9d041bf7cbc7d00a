/**
 * A person who signed in at an OpenID provider: authorization code with PKCE, by `oidc-client-ts`.
 *
 * Tokens live in memory only; a reload goes through the provider again. AppSync is given the ID token, because that is
 * always a JWT for this client, which an access token need not be. It is renewed by refresh token before it expires.
 */
import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import type { AuthConfig } from '../config';
import { needsSignIn, SignInRequired, type AuthHeaders, type Identity } from './authorization';
import type { Clock } from './clock';

type OidcConfig = Extract<AuthConfig, { mode: 'OIDC' }>;

/** Remembers, for this tab, that somebody was signed in before a reload. It holds no token. */
const SIGNED_IN = 'signed-in';
/** A token is renewed this long before it expires; one that lives but a few minutes, after 80 % of its life. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_AFTER_SHARE = 0.8;
/** A token about to expire on the way is as good as expired. */
const SAFETY_MS = 5_000;
/** However short the lives a provider gives, and whatever it answers: no renewal follows another faster than this. */
const RENEW_AT_MOST_EVERY_MS = 5_000;
/** A provider that is away is asked again after this time. */
const RETRY_MS = 15_000;
/** Amazon Cognito wants parameters of its own at its sign-out page. */
const COGNITO = 'https://cognito-idp.';

/** The part of `UserManager` used here, so that tests can stand in for a provider. */
export type SignInManager = Pick<
  UserManager,
  'signinRedirect' | 'signinRedirectCallback' | 'signinSilent' | 'signoutRedirect' | 'removeUser' | 'revokeTokens'
> & {
  readonly metadataService: Pick<UserManager['metadataService'], 'getEndSessionEndpoint'>;
  readonly settings: Pick<UserManager['settings'], 'authority' | 'client_id' | 'post_logout_redirect_uri'>;
};

export interface Browser {
  readonly location: Pick<Location, 'href' | 'origin' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export function createManager(config: OidcConfig, page: Browser = window): UserManager {
  const home = page.location.origin + page.location.pathname;
  return new UserManager({
    authority: config.issuer,
    client_id: config.clientId,
    scope: config.scope,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    response_type: 'code',
    // Renewal is ours: the library watches the access token, and AppSync is given the ID token.
    automaticSilentRenew: false,
    monitorSession: false,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    // State and PKCE verifier must outlive the redirect; they are worthless after it.
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });
}

export class OidcIdentity implements Identity {
  readonly #manager: SignInManager;
  readonly #page: Browser;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #user: User | null = null;
  /** When the present token came, by this machine's clock; how long it lives is the provider's word. */
  #receivedAt = 0;
  #name: string | null = null;
  #renewal: Promise<void> | null = null;
  #cancelRenewal: () => void = () => undefined;

  constructor(manager: SignInManager, clock: Clock, page: Browser = window) {
    this.#manager = manager;
    this.#clock = clock;
    this.#page = page;
  }

  /** Who signed in, for display; null before that. */
  get name(): string | null {
    return this.#user ? this.#name : null;
  }

  /**
   * Finishes a sign-in that returned to this page. True when somebody is signed in; false when somebody must sign in
   * first, in which case the browser may already be on its way (after a reload). Throws what the provider complained of.
   */
  async begin(): Promise<boolean> {
    const parameters = new URLSearchParams(this.#page.location.search);
    if (parameters.has('state') && (parameters.has('code') || parameters.has('error'))) return this.#finishSignIn();
    if (this.#page.sessionStorage.getItem(SIGNED_IN)) await this.signIn();
    return false;
  }

  async #finishSignIn(): Promise<boolean> {
    const { href, pathname } = this.#page.location;
    // The code is gone from the address, and from the history, before anything else can read it.
    this.#page.history.replaceState(null, '', pathname);
    this.#page.sessionStorage.removeItem(SIGNED_IN);
    this.#take(await this.#manager.signinRedirectCallback(href));
    this.#page.sessionStorage.setItem(SIGNED_IN, 'yes');
    return true;
  }

  /** Leaves the page for the provider's. */
  async signIn(): Promise<void> {
    await this.#manager.signinRedirect();
  }

  /** Revokes what can be revoked, forgets the tokens, and ends the session at the provider where it offers that. */
  async signOut(): Promise<void> {
    this.#cancelRenewal();
    this.#page.sessionStorage.removeItem(SIGNED_IN);
    const idToken = this.#user?.id_token;
    const hint = idToken ? { id_token_hint: idToken } : {};
    this.#user = null;
    // A provider without a revocation endpoint must not keep anybody from signing out.
    await this.#manager.revokeTokens().catch(() => undefined);
    const canEndSession = await this.#manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
    if (canEndSession) await this.#manager.signoutRedirect({ ...hint, ...this.#signOutParameters() });
    else await this.#manager.removeUser();
  }

  #signOutParameters() {
    const { authority, client_id, post_logout_redirect_uri } = this.#manager.settings;
    if (!authority.startsWith(COGNITO)) return {};
    return { extraQueryParams: { client_id, logout_uri: post_logout_redirect_uri ?? '' } };
  }

  async headers(fresh = false): Promise<AuthHeaders> {
    const left = this.#expiresAt() - this.#clock.now();
    const justCame = this.#clock.now() - this.#receivedAt < RENEW_AT_MOST_EVERY_MS;
    if (fresh || (left < SAFETY_MS && !justCame)) await this.#renew();
    const token = this.#user?.id_token;
    if (!token) throw new SignInRequired('Nobody is signed in');
    return { Authorization: token };
  }

  onRenewed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One renewal at a time: providers that rotate refresh tokens take a second use for theft. */
  #renew(): Promise<void> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renewOnce(): Promise<void> {
    // Without a refresh token the library would try a hidden frame, which the policy of this page forbids.
    if (!this.#user?.refresh_token) throw new SignInRequired('The provider gave no refresh token');
    const before = this.#user.id_token;
    const user = await this.#manager.signinSilent();
    if (!user) throw new Error('The provider renewed nothing');
    // Some providers renew the access token alone: the ID token stays what it was, and no older for it.
    if (user.id_token === before) throw new SignInRequired('The provider did not renew the ID token');
    this.#take(user);
    for (const listener of this.#listeners) listener();
  }

  #take(user: User): void {
    this.#user = user;
    this.#receivedAt = this.#clock.now();
    const { name, preferred_username, email, sub } = user.profile;
    // A renewed token may say less of a person than the first one did.
    this.#name = name ?? preferred_username ?? email ?? this.#name ?? sub;
    const lifeMs = this.#expiresAt() - this.#clock.now();
    const delay = Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs * RENEW_AFTER_SHARE, RENEW_AT_MOST_EVERY_MS);
    this.#renewIn(delay);
  }

  /** A renewal that fails for a moment is tried again; what only a sign-in mends is said by the next request. */
  #renewIn(delayMs: number): void {
    this.#cancelRenewal();
    if (!this.#user?.refresh_token) return;
    this.#cancelRenewal = this.#clock.after(delayMs, () => {
      this.#renew().catch((error: unknown) => {
        if (!needsSignIn(error)) this.#renewIn(RETRY_MS);
      });
    });
  }

  /**
   * When the ID token expires (epoch ms), counted from when it came: clocks of readers are wrong by minutes, and a token
   * that seems to have expired before it arrived would be renewed for ever. 0 without one.
   */
  #expiresAt(): number {
    const { exp, iat } = this.#user?.profile ?? { exp: 0, iat: 0 };
    return this.#user ? this.#receivedAt + Math.max(0, exp - iat) * 1000 : 0;
  }
}
