/**
 * A real OpenID provider for the tests, over TLS on a port of the system's choice.
 *
 * Reads one JSON object from its first argument's file:
 *   certificate, privateKey  PEM texts for TLS
 *   jwks                     the private signing keys, so that tests can also sign tokens that must be refused
 *   clients                  [{clientId, redirectUris, idTokenSeconds}]
 * and prints one JSON line when it listens: {"issuer": "https://localhost:PORT"}.
 * Anybody may sign in: the login name becomes the token's subject.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import Provider from "oidc-provider";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const server = createServer({ cert: settings.certificate, key: settings.privateKey });
server.listen(0, "127.0.0.1");
await once(server, "listening");

const issuer = `https://localhost:${server.address().port}`;
const lifetimes = new Map(settings.clients.map((client) => [client.clientId, client.idTokenSeconds]));

const provider = new Provider(issuer, {
  jwks: settings.jwks,
  clients: settings.clients.map(({ clientId, redirectUris }) => ({
    client_id: clientId,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: redirectUris,
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  })),
  clientBasedCORS: (_context, origin, client) =>
    client.redirectUris.some((uri) => new URL(uri).origin === origin),
  cookies: { keys: ["tests only"] },
  findAccount: (_context, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
  issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
  scopes: ["openid", "offline_access"],
  ttl: {
    AccessToken: (_context, _token, client) => lifetimes.get(client.clientId),
    IdToken: (_context, _token, client) => lifetimes.get(client.clientId),
    Interaction: 600,
    Session: 3600,
    Grant: 3600,
    RefreshToken: 3600,
  },
});
server.on("request", provider.callback());
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
