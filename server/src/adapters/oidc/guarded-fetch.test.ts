/** An issuer whose certificate is of an authority of its own, over real TLS. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLogger } from '@novacron/runtime/logger';
import { createBreakers } from '../breakers/create-breakers.ts';
import { guardAddresses } from '../egress/guard-addresses.ts';
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { createSignInIssuer } from './create-sign-in-issuer.ts';

const FOLDER = join(__dirname, '../../transports/testdata');
const CERT = readFileSync(join(FOLDER, 'loopback.cert.pem'), 'utf8');
const KEY = readFileSync(join(FOLDER, 'loopback.key.pem'), 'utf8');
const PROOF = { state: 's'.repeat(43), nonce: 'n'.repeat(43), codeVerifier: 'v'.repeat(43) };

let server: Server;
let issuer = '';

beforeAll(async () => {
  server = createServer({ cert: CERT, key: KEY }, (request, response) => {
    if (request.url === '/long') {
      response.end('x'.repeat(300_000));
      return;
    }
    if (request.url === '/moved') {
      response.writeHead(302, { location: 'https://other.example/' }).end();
      return;
    }
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address with a port.
  issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

function issuerWith(ca?: string) {
  const client = { id: 'web', secret: undefined, scopes: 'openid', name: 'Example' };
  const calls = { logger: silentLogger, breakers: createBreakers(), guard: guardAddresses([]) };
  return createSignInIssuer({ issuer, ca, client }, calls);
}

test('a sign-in goes to an issuer of the named authority, and to no other one', async () => {
  const redirect = 'https://nova.example/sign-in/oidc/callback';
  const url = await issuerWith(CERT).authorizationUrl(redirect, PROOF, Date.now());
  expect(url).toMatchObject({ ok: true, value: expect.stringContaining(`${issuer}/authorize?`) });
  expect(await issuerWith().authorizationUrl(redirect, PROOF, Date.now())).toMatchObject({
    ok: false,
    error: { kind: 'unreachable' },
  });
});

test('answers are bounded, redirects are not followed, and nothing goes out in clear', async () => {
  const fetchIt = guardedFetch(guardAddresses([]), { server: issuer, ca: CERT });
  await expect(fetchIt(`${issuer}/long`, {})).rejects.toThrow('answered too much');
  expect((await fetchIt(`${issuer}/moved`, {})).status).toBe(302);
  await expect(fetchIt('http://127.0.0.1:1/', {})).rejects.toThrow('is not HTTPS');
});

test('what a document of the issuer names is refused where the issuer itself is not', async () => {
  const fetchIt = guardedFetch(guardAddresses([]), { server: 'https://id.example' });
  await expect(fetchIt(`${issuer}/keys`, {})).rejects.toThrow(/private network or of this machine/);
  await expect(fetchIt('http://169.254.169.254/latest', {})).rejects.toThrow(/metadata/);
});
