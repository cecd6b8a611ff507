/** An OpenID Connect issuer whose answers a test chooses, honest unless it says otherwise. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@novacron/contract/json';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Deviations of a test from the honest responses. */
export interface IssuerTricks {
  /** Claims of the ID token, over the honest ones. */
  readonly claims?: JsonObject;
  /** The whole ID token. */
  readonly idToken?: (claims: JsonObject) => string | Promise<string>;
  /** Members of the discovery document, over the honest ones. */
  readonly document?: JsonObject;
  /** Every request is answered with it. */
  readonly status?: number;
}

/** A running issuer. */
export interface HostileIssuer {
  readonly url: string;
  /** Requests of the token endpoint: their parameters and credentials. */
  readonly redeemed: { readonly body: URLSearchParams; readonly authorization: string }[];
  readonly trick: (tricks: IssuerTricks) => void;
  /** A new signing key takes the place of the last one. */
  readonly rotate: () => Promise<void>;
  /** Signs claims with the present key. */
  readonly sign: (claims: JsonObject) => Promise<string>;
  /**
   * Signs a user in; returns the redirect URI with code and state.
   * @param location - where the server has sent the browser
   */
  readonly agree: (location: string) => URL;
  readonly stop: () => Promise<void>;
}

interface Code {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
  isUsed: boolean;
}

/** Starts one on the loopback; its clock is the test's. */
export async function startHostileIssuer(nowMs: () => number): Promise<HostileIssuer> {
  const codes = new Map<string, Code>();
  const redeemed: { body: URLSearchParams; authorization: string }[] = [];
  let tricks: IssuerTricks = {};
  let url = '';
  let generation = 0;
  let pair = await generateKeyPair('RS256', { extractable: true });

  const keyId = () => `key-${generation}`;
  const sign = (claims: JsonObject) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: keyId() })
      .sign(pair.privateKey);

  async function redeem(body: URLSearchParams): Promise<JsonObject> {
    const code = codes.get(body.get('code') ?? '');
    const verifier = body.get('code_verifier') ?? '';
    const isProven = createHash('sha256').update(verifier).digest('base64url') === code?.challenge;
    const isAsked = body.get('redirect_uri') === code?.redirectUri;
    if (code === undefined || code.isUsed || !isProven || !isAsked) {
      return { error: 'invalid_grant', error_description: 'the code is not valid' };
    }
    code.isUsed = true;
    const nowS = Math.floor(nowMs() / 1_000);
    const claims = {
      iss: url,
      aud: 'novacron-web',
      sub: 'alice',
      iat: nowS,
      exp: nowS + 300,
      nonce: code.nonce,
      groups: ['ops'],
      ...tricks.claims,
    };
    const idToken = await (tricks.idToken ?? sign)(claims);
    return { access_token: 'access', token_type: 'Bearer', expires_in: 300, id_token: idToken };
  }

  async function answer(path: string, body: URLSearchParams): Promise<JsonObject> {
    if (path === '/keys') {
      const key = { ...(await exportJWK(pair.publicKey)), kid: keyId(), alg: 'RS256', use: 'sig' };
      // A key as jose writes it is JSON.
      return { keys: [key as JsonObject] };
    }
    if (path === '/token') return redeem(body);
    return {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      end_session_endpoint: `${url}/end`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      ...tricks.document,
    };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = new URLSearchParams(Buffer.concat(chunks).toString());
      const { url: path = '/', headers } = request;
      if (path === '/token') redeemed.push({ body, authorization: headers.authorization ?? '' });
      void answer(path, body).then((said) => {
        response.statusCode = tricks.status ?? (said.error === undefined ? 200 : 400);
        response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  return {
    url,
    redeemed,
    sign,
    trick: (next) => {
      tricks = next;
    },
    rotate: async () => {
      generation += 1;
      pair = await generateKeyPair('RS256', { extractable: true });
    },
    agree: (location) => {
      const asked = new URL(location).searchParams;
      const redirectUri = asked.get('redirect_uri') ?? '';
      const code = `code-${codes.size + 1}`;
      codes.set(code, {
        nonce: asked.get('nonce') ?? '',
        challenge: asked.get('code_challenge') ?? '',
        redirectUri,
        isUsed: false,
      });
      const back = new URL(redirectUri);
      back.search = new URLSearchParams({
        code,
        state: asked.get('state') ?? '',
        iss: url,
      }).toString();
      return back;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
