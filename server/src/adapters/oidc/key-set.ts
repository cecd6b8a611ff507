/** The public keys of an issuer: fetched when needed, kept, and fetched again when they rotate. */
import type { JsonObject } from '@novacron/contract/json';
import type { Logger } from '@novacron/runtime/logger';
import { z } from 'zod';
import type { Breaker } from '../../ports/breakers.ts';
import type { Fetch } from '../egress/guarded-fetch.ts';
import { fetchJson } from './fetch-json.ts';
import { isSafeUrl } from './is-safe-url.ts';

/** Keys are taken as they are for so long; a key that was withdrawn dies with it. Unit: ms. */
const FRESH_MS = 600_000;

/** While the issuer is away, the last keys are good for so long. Unit: ms. */
const STALE_MS_MAX = 86_400_000;

/** Tokens with made-up keys may not make us ask more often. Unit: ms. */
const ASK_MS_MIN = 30_000;

const Discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });
const KeySetDocument = z.looseObject({
  keys: z.array(z.record(z.string(), z.json())).max(1_000),
});

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The keys to check a token with.
   * @param keyId - the key that the token names; one that is not known is looked for
   * @returns undefined when there are none and none can be had
   */
  readonly keysFor: (
    keyId: string | undefined,
    nowMs: number,
  ) => Promise<readonly JsonObject[] | undefined>;
}

interface Kept {
  readonly keys: readonly JsonObject[];
  readonly atMs: number;
}

/** Makes an empty set; the issuer is asked with the first token, where its breaker lets it. */
export function createKeySet(
  issuer: string,
  parts: { readonly logger: Logger; readonly breaker: Breaker; readonly fetchIt: Fetch },
): KeySet {
  const { logger, breaker, fetchIt } = parts;
  let kept: Kept | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(nowMs: number): Promise<void> {
    askedAtMs = nowMs;
    try {
      kept = { keys: await readKeys(issuer, fetchIt), atMs: nowMs };
      breaker.succeeded();
    } catch (cause) {
      breaker.failed(nowMs);
      logger.warn({ issuer, cause: String(cause) }, 'the keys of the issuer cannot be read');
    }
  }

  function isNeeded(keyId: string | undefined, nowMs: number): boolean {
    if (kept === undefined || nowMs - kept.atMs >= FRESH_MS) return true;
    const isKnown = keyId === undefined || kept.keys.some(({ kid }) => kid === keyId);
    return !isKnown && nowMs - askedAtMs >= ASK_MS_MIN;
  }

  return {
    keysFor: async (keyId, nowMs) => {
      if (asking !== undefined || (isNeeded(keyId, nowMs) && breaker.tryCall(nowMs))) {
        asking ??= ask(nowMs).finally(() => {
          asking = undefined;
        });
        await asking;
      }
      return kept === undefined || nowMs - kept.atMs >= STALE_MS_MAX ? undefined : kept.keys;
    },
  };
}

async function readKeys(issuer: string, fetchIt: Fetch): Promise<readonly JsonObject[]> {
  const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = Discovery.parse(await fetchJson(place, fetchIt));
  // OpenID Connect Discovery 1.0, section 4.3: another issuer's document is not an answer.
  if (discovery.issuer !== issuer) throw new Error(`${place} is of the issuer ${discovery.issuer}`);
  if (!isSafeUrl(discovery.jwks_uri)) throw new Error(`${discovery.jwks_uri} is not HTTPS`);
  return KeySetDocument.parse(await fetchJson(discovery.jwks_uri, fetchIt)).keys;
}
