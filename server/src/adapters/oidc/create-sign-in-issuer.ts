/**
 * Signs browsers in at an OpenID Connect issuer with openid-client: code flow with PKCE.
 * Sources: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { Configuration, ServerMetadata } from 'openid-client';
import { z } from 'zod';
import type { SignInFault, SignInIssuer } from '../../ports/sign-in-issuer.ts';
import { type Fetch, guardedFetch } from '../egress/guarded-fetch.ts';
import { CLOCK_TOLERANCE_S, findClaimFault } from './check-claims.ts';
import type { IssuerCalls } from './create-oidc-verifier.ts';
import { isSafeUrl } from './is-safe-url.ts';
import { toSignInFault } from './sign-in-fault.ts';

/** Issuer and client with which this server signs browsers in. */
export interface SignInClient {
  readonly issuer: string;
  /** Certificate authority of the issuer, PEM; undefined: those that Node.js knows. */
  readonly ca?: string | undefined;
  readonly client: {
    readonly id: string;
    /** undefined: a public client. */
    readonly secret: string | undefined;
    /** Separated by spaces. */
    readonly scopes: string;
    readonly name: string;
  };
}

type Library = typeof import('openid-client');

/** People wait for this. Unit: s. */
const REQUEST_S_MAX = 5;

/** The addresses of an issuer change rarely. Unit: ms. */
const DISCOVERED_MS_MAX = 600_000;

const MS_PER_SECOND = 1_000;

/** Claims that the library has parsed and verified. */
const Claims = z.record(z.string(), z.json());

interface Discovered {
  readonly metadata: ServerMetadata;
  readonly atMs: number;
}

/** Makes it; the issuer is asked at the first sign-in, and when what it said is ten minutes old. */
export function createSignInIssuer(
  trusted: SignInClient,
  { logger, breakers, guard }: IssuerCalls,
): SignInIssuer {
  const { issuer, ca, client } = trusted;
  const breaker = breakers.of('oidc', issuer);
  const fetchIt = guardedFetch(guard, { server: issuer, ca });
  const isPlain = new URL(issuer).protocol === 'http:';
  let kept: Discovered | undefined;
  let asking: Promise<Discovered> | undefined;

  async function discover(library: Library, nowMs: number): Promise<Discovered> {
    const found = await library.discovery(new URL(issuer), client.id, undefined, undefined, {
      timeout: REQUEST_S_MAX,
      [library.customFetch]: adaptFetch(fetchIt),
      ...(isPlain ? { execute: [library.allowInsecureRequests] } : {}),
    });
    const metadata = found.serverMetadata();
    checkMetadata(metadata, issuer);
    return { metadata, atMs: nowMs };
  }

  /** A configuration of its own for each sign-in: it reads the keys of the issuer once again. */
  function configure(library: Library, { metadata }: Discovered, nowMs: number): Configuration {
    const methods = metadata.token_endpoint_auth_methods_supported;
    const { secret } = client;
    const asPost = methods !== undefined && !methods.includes('client_secret_basic');
    const signed = asPost ? library.ClientSecretPost : library.ClientSecretBasic;
    const configuration = new library.Configuration(
      metadata,
      client.id,
      {
        [library.clockSkew]: Math.round((nowMs - Date.now()) / MS_PER_SECOND),
        [library.clockTolerance]: CLOCK_TOLERANCE_S,
      },
      secret === undefined ? library.None() : signed(secret),
    );
    configuration.timeout = REQUEST_S_MAX;
    configuration[library.customFetch] = adaptFetch(fetchIt);
    // TLS alone says who the sender of an ID token is; a signature says it, too.
    library.enableNonRepudiationChecks(configuration);
    if (isPlain) library.allowInsecureRequests(configuration);
    return configuration;
  }

  async function read(library: Library, nowMs: number): Promise<Discovered> {
    if (kept !== undefined && nowMs - kept.atMs < DISCOVERED_MS_MAX) return kept;
    asking ??= discover(library, nowMs).finally(() => {
      asking = undefined;
    });
    kept = await asking;
    return kept;
  }

  async function attempt<T>(
    nowMs: number,
    act: (library: Library, configuration: Configuration) => T | Promise<T>,
  ): Promise<Result<T, SignInFault>> {
    if (!breaker.tryCall(nowMs)) {
      return err({ kind: 'unreachable', reason: 'it has failed several times in a row' });
    }
    try {
      // Loaded by the first sign-in, to keep the start fast.
      const library = await import('openid-client');
      const configuration = configure(library, await read(library, nowMs), nowMs);
      const done = await act(library, configuration);
      breaker.succeeded();
      return ok(done);
    } catch (cause) {
      const fault = toSignInFault(cause);
      if (fault.kind === 'unreachable') {
        breaker.failed(nowMs);
        kept = undefined;
      } else breaker.succeeded();
      logger.warn({ issuer, ...fault }, 'a sign-in at the issuer has failed');
      return err(fault);
    }
  }

  return {
    issuer,
    name: client.name,
    authorizationUrl: (redirectUri, { state, nonce, codeVerifier }, nowMs) =>
      attempt(nowMs, async (library, configuration) => {
        const url = library.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: client.scopes,
          state,
          nonce,
          code_challenge: await library.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
        });
        return url.href;
      }),
    redeem: async (answer, { state, nonce, codeVerifier }, nowMs) => {
      const redeemed = await attempt(nowMs, async (library, configuration) => {
        const tokens = await library.authorizationCodeGrant(configuration, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        return Claims.parse(tokens.claims());
      });
      if (!redeemed.ok) return redeemed;
      const reason = findClaimFault(redeemed.value, { clientId: client.id, nowMs });
      if (reason === undefined) return redeemed;
      logger.warn({ issuer, kind: 'invalid', reason }, 'a sign-in at the issuer has failed');
      return err({ kind: 'invalid', reason });
    },
    signOutUrl: async (returnTo, nowMs) => {
      const built = await attempt(nowMs, (library, configuration) => {
        if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
        const parameters = { post_logout_redirect_uri: returnTo, client_id: client.id };
        return library.buildEndSessionUrl(configuration, parameters).href;
      });
      return built.ok ? built.value : undefined;
    },
  };
}

/** OpenID Connect Discovery 1.0, section 4.3: another issuer's document is not an answer. */
function checkMetadata(metadata: ServerMetadata, issuer: string): void {
  if (metadata.issuer !== issuer) throw new Error(`the document is of ${metadata.issuer}`);
  const { authorization_endpoint: ask, token_endpoint: redeem, jwks_uri: keys } = metadata;
  for (const place of [ask, redeem, keys]) {
    if (place === undefined || !isSafeUrl(place)) {
      throw new Error(`the document has an address that is missing or not HTTPS: ${place}`);
    }
  }
  const { end_session_endpoint: end } = metadata;
  if (end !== undefined && !isSafeUrl(end)) throw new Error(`${end} is not HTTPS`);
}

/** The library writes bodies as texts or parameters, and headers as a record. */
function adaptFetch(fetchIt: Fetch): import('openid-client').CustomFetch {
  return (url, { method, headers, body, signal }) =>
    fetchIt(url, {
      method,
      headers,
      signal,
      body: body === undefined || body === null ? undefined : String(body),
    });
}
