import { User } from 'oidc-client-ts';
import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../test/fake-clock';
import { createManager, OidcIdentity, type Browser, type SignInManager } from './oidc-identity';

const clock = () => new FakeClock();

function userUntil(expiresAtMs: number, token: string, refreshToken = 'refresh'): User {
  return new User({
    id_token: token,
    access_token: 'access',
    token_type: 'Bearer',
    ...(refreshToken === '' ? {} : { refresh_token: refreshToken }),
    profile: {
      sub: 'u1',
      name: 'Ada',
      iss: 'https://id.example',
      aud: 'chat',
      iat: 1_000,
      exp: Math.floor(expiresAtMs / 1000),
    },
  });
}

function pageAt(search: string): Browser & { readonly sessionStorage: Storage } {
  return {
    location: { href: `https://chat.example/${search}`, origin: 'https://chat.example', pathname: '/', search },
    history: { replaceState: vi.fn() },
    sessionStorage: window.sessionStorage,
  };
}

function managerFor(user: User) {
  return {
    signinRedirect: vi.fn(() => Promise.resolve()),
    signinRedirectCallback: vi.fn(() => Promise.resolve(user)),
    signinSilent: vi.fn<() => Promise<User | null>>(() => Promise.resolve(null)),
    signoutRedirect: vi.fn(() => Promise.resolve()),
    removeUser: vi.fn(() => Promise.resolve()),
    revokeTokens: vi.fn(() => Promise.resolve()),
    settings: { authority: 'https://id.example', client_id: 'chat', post_logout_redirect_uri: 'https://chat.example/' },
    metadataService: {
      getEndSessionEndpoint: vi.fn(() => Promise.resolve<string | undefined>('https://id.example/end')),
    },
  } satisfies SignInManager;
}

/** Everything either storage holds, keys and values. */
function storedText(): string {
  return [window.sessionStorage, window.localStorage].map((storage) => JSON.stringify(Object.entries(storage))).join();
}

async function signedIn(lifeMs = 3_600_000, refreshToken = 'refresh') {
  const time = clock();
  const manager = managerFor(userUntil(time.now() + lifeMs, 'id-1', refreshToken));
  const page = pageAt('?code=c&state=s');
  const identity = new OidcIdentity(manager, time, page);
  await identity.begin();
  return { time, manager, page, identity };
}

describe('signing in', () => {
  it('waits for the reader on a first visit', async () => {
    const manager = managerFor(userUntil(0, 'id-1'));
    await expect(new OidcIdentity(manager, clock(), pageAt('')).begin()).resolves.toBe(false);
    expect(manager.signinRedirect).not.toHaveBeenCalled();
  });

  it('finishes what the provider sent back, and clears the code from the address', async () => {
    const { identity, manager, page } = await signedIn();
    expect(manager.signinRedirectCallback).toHaveBeenCalledWith('https://chat.example/?code=c&state=s');
    expect(page.history.replaceState).toHaveBeenCalledWith(null, '', '/');
    expect(identity.name).toBe('Ada');
    await expect(identity.headers()).resolves.toEqual({ Authorization: 'id-1' });
  });

  it('goes on by itself after a reload', async () => {
    await signedIn();
    const manager = managerFor(userUntil(0, 'id-1'));
    await expect(new OidcIdentity(manager, clock(), pageAt('')).begin()).resolves.toBe(false);
    expect(manager.signinRedirect).toHaveBeenCalledOnce();
  });

  it('passes on what the provider complains of, and does not try again by itself', async () => {
    const manager = managerFor(userUntil(0, 'id-1'));
    manager.signinRedirectCallback.mockRejectedValue(new Error('access_denied'));
    const page = pageAt('?error=access_denied&state=s');
    await expect(new OidcIdentity(manager, clock(), page).begin()).rejects.toThrow('access_denied');
    expect(page.sessionStorage).toHaveLength(0);
  });

  it('stores no token anywhere', async () => {
    await signedIn();
    expect(storedText()).not.toMatch(/id-1|access|refresh/);
  });

  it('keeps tokens out of the library’s storage too', async () => {
    const manager = createManager({
      mode: 'OIDC',
      issuer: 'https://id.example',
      clientId: 'chat',
      scope: 'openid',
      origins: [],
    });
    await manager.storeUser(userUntil(10_000, 'id-1'));
    expect(storedText()).not.toContain('id-1');
    expect(manager.settings).toMatchObject({ response_type: 'code', disablePKCE: false, automaticSilentRenew: false });
  });
});

describe('the token', () => {
  it('is renewed a minute before it expires, and listeners hear of it', async () => {
    const { identity, manager, time } = await signedIn();
    const renewed = vi.fn();
    identity.onRenewed(renewed);
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 7_200_000, 'id-2'));
    time.advance(3_539_000);
    expect(manager.signinSilent).not.toHaveBeenCalled();
    time.advance(2_000);
    await vi.waitFor(() => expect(renewed).toHaveBeenCalledOnce());
    await expect(identity.headers()).resolves.toEqual({ Authorization: 'id-2' });
  });

  it('of a short life is renewed after four fifths of it', async () => {
    const { manager, time } = await signedIn(30_000);
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 90_000, 'id-2'));
    time.advance(23_000);
    expect(manager.signinSilent).not.toHaveBeenCalled();
    time.advance(1_000);
    expect(manager.signinSilent).toHaveBeenCalledOnce();
  });

  it('is renewed on demand after a sleep beyond its end', async () => {
    const { identity, manager, time } = await signedIn();
    time.sleep(8_000_000);
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 3_600_000, 'id-2'));
    await expect(identity.headers()).resolves.toEqual({ Authorization: 'id-2' });
  });

  it('is renewed once however many want it', async () => {
    const { identity, manager, time } = await signedIn();
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 7_200_000, 'id-2'));
    await Promise.all([identity.headers(true), identity.headers(true), identity.headers(true)]);
    expect(manager.signinSilent).toHaveBeenCalledOnce();
  });

  it.each([
    ['there is no refresh token', ''],
    ['the provider renews nothing', 'refresh'],
  ])('cannot be had when %s', async (_name, refreshToken) => {
    const { identity, time } = await signedIn(3_600_000, refreshToken);
    time.sleep(8_000_000);
    await expect(identity.headers()).rejects.toThrow('The provider');
  });

  it('does not count as renewed when only the access token was', async () => {
    const { identity, manager, time } = await signedIn();
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 3_600_000, 'id-1'));
    await expect(identity.headers(true)).rejects.toThrow('did not renew the ID token');
  });
});

describe('providers and clocks as they are', () => {
  it('a clock that is ten minutes ahead makes no token look expired, nor is it renewed without end', async () => {
    const { identity, manager, time } = await signedIn(60_000);
    const late = (token: string) => {
      const user = userUntil(0, token);
      Object.assign(user.profile, { iat: 400, exp: 460 });
      return user;
    };
    manager.signinSilent.mockImplementation(() =>
      Promise.resolve(late(`id-${manager.signinSilent.mock.calls.length}`)),
    );
    for (let second = 0; second < 600; second += 1) {
      time.advance(1_000);
      await identity.headers();
    }
    expect(manager.signinSilent.mock.calls.length).toBeLessThanOrEqual(14);
  });

  it('a token without a life is not renewed faster than every five seconds', async () => {
    const { manager, time } = await signedIn(0);
    manager.signinSilent.mockImplementation(() => {
      const user = userUntil(0, `id-${manager.signinSilent.mock.calls.length}`);
      Object.assign(user.profile, { iat: 1_000, exp: 1_000 });
      return Promise.resolve(user);
    });
    for (let second = 0; second < 60; second += 1) {
      time.advance(1_000);
      await Promise.resolve();
    }
    expect(manager.signinSilent.mock.calls.length).toBeLessThanOrEqual(12);
  });

  it('a provider that is away for a minute is asked again, and costs nobody the conversation', async () => {
    const { identity, manager, time } = await signedIn(300_000);
    manager.signinSilent.mockRejectedValue(new TypeError('Failed to fetch'));
    for (let second = 0; second < 270; second += 1) {
      time.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(manager.signinSilent.mock.calls.length).toBeGreaterThan(1);
    await expect(identity.headers()).resolves.toEqual({ Authorization: 'id-1' });
    manager.signinSilent.mockResolvedValue(userUntil(time.now() + 300_000, 'id-2'));
    for (let second = 0; second < 20; second += 1) {
      time.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect(identity.headers()).resolves.toEqual({ Authorization: 'id-2' });
  });

  it('a renewed token that says less leaves the name as it was', async () => {
    const { identity, manager, time } = await signedIn();
    const user = userUntil(time.now() + 7_200_000, 'id-2');
    delete user.profile.name;
    manager.signinSilent.mockResolvedValue(user);
    await identity.headers(true);
    expect(identity.name).toBe('Ada');
  });

  it('Cognito is signed out of with its own parameters', async () => {
    const { identity, manager } = await signedIn();
    manager.settings.authority = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x';
    await identity.signOut();
    expect(manager.signoutRedirect).toHaveBeenCalledWith({
      id_token_hint: 'id-1',
      extraQueryParams: { client_id: 'chat', logout_uri: 'https://chat.example/' },
    });
  });
});

describe('signing out', () => {
  it('revokes, forgets, and ends the session at the provider', async () => {
    const { identity, manager, page, time } = await signedIn();
    await identity.signOut();
    expect(manager.revokeTokens).toHaveBeenCalledOnce();
    expect(manager.signoutRedirect).toHaveBeenCalledWith({ id_token_hint: 'id-1' });
    expect(page.sessionStorage).toHaveLength(0);
    expect(time.nextIn).toBeNull();
    await expect(identity.headers()).rejects.toThrow();
  });

  it('works with a provider that offers neither', async () => {
    const { identity, manager } = await signedIn();
    manager.revokeTokens.mockRejectedValue(new Error('no endpoint'));
    manager.metadataService.getEndSessionEndpoint.mockResolvedValue(undefined);
    await identity.signOut();
    expect(manager.signoutRedirect).not.toHaveBeenCalled();
    expect(manager.removeUser).toHaveBeenCalledOnce();
  });
});
