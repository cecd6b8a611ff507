/**
 * A real OpenID Connect issuer, oidc-provider, on the loopback. It prints its URL once it listens.
 *
 *   node test/integration/test-kit/run-oidc-provider.mjs
 *
 * Everyone who signs in is who they say; their groups are in their name, after a dot.
 */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  clients: [
    {
      client_id: 'novacron',
      client_secret: 'a-secret-of-the-test',
      // A native application: its redirect URI may have any port of the loopback (RFC 8252).
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/sign-in/oidc/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1/dashboard/'],
    },
  ],
  claims: { openid: ['sub'], groups: ['groups'] },
  // Claims of scopes are in the ID token, as administrators set it up at their issuer.
  conformIdTokenClaims: false,
  cookies: { keys: ['a-key-of-the-test'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, groups: id.split('.').slice(1) }),
  }),
});
server.on('request', provider.callback());
process.stdout.write(`${url}\n`);
