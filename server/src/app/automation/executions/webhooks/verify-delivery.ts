/**
 * Verifies who has sent a delivery. Signed ones have the symmetric form of the specification
 * Standard Webhooks 1.0: HMAC-SHA256 over id, time and raw body. GitHub signs the body alone.
 * Alertmanager and GitLab cannot sign; they send the secret itself, as a bearer token (RFC 6750) or
 * in a header of its own.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AutomationTrigger } from '@novacron/contract/automation/definition';
import { err, ok, type Result } from '@novacron/contract/result';

/** The headers that say who sends, in small letters. */
export interface DeliveryHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly authorization: string | undefined;
  /** `X-Hub-Signature-256` of GitHub. */
  readonly hubSignature?: string | undefined;
  /** `X-Gitlab-Token`. */
  readonly gitlabToken?: string | undefined;
}

/** A delivery as it came. */
export interface SignedDelivery {
  readonly headers: DeliveryHeaders;
  /** Raw body: neither decoded nor decompressed. */
  readonly body: Uint8Array;
}

/** Maximum difference between the time of a delivery and that of the server, in both directions. */
export const CLOCK_TOLERANCE_MS = 300_000;

/** Id that the sender gave the delivery; undefined if its kind has no ids. */
export interface Verified {
  readonly deliveryId: string | undefined;
}

/** Senders that replace their key sign with two; more are no sender's. */
const SIGNATURES_MAX = 8;

const ID = /^[\x21-\x7e]{1,256}$/;
const SECONDS = /^\d{1,12}$/;
const VERSION = 'v1';

/** Prefix of binary secrets in the specification, followed by base64. */
const BYTES_PREFIX = 'whsec_';

/**
 * Verifies a delivery.
 * @param secrets - values that its sender may have; without one nothing is accepted
 * @returns what it is called. Problems: why it is not accepted, for the audit log
 */
export function verifyDelivery(
  { headers, body }: SignedDelivery,
  {
    kind,
    secrets,
    nowMs,
  }: Pick<NonNullable<AutomationTrigger['webhook']>, 'kind'> & {
    readonly secrets: readonly string[];
    readonly nowMs: number;
  },
): Result<Verified, string> {
  const { id, timestamp, signature, authorization } = headers;
  if (signature === undefined && kind === 'alertmanager') {
    const isKnown = secrets.some((secret) => isSame(authorization ?? '', `Bearer ${secret}`));
    return isKnown ? UNNAMED : err('its bearer token does not match any of its secrets');
  }
  if (kind === 'github') return verifyHub(headers.hubSignature, body, secrets);
  if (kind === 'gitlab') {
    const isKnown = secrets.some((secret) => isSame(headers.gitlabToken ?? '', secret));
    return isKnown ? UNNAMED : err('its X-Gitlab-Token does not match any of its secrets');
  }
  if (signature === undefined) return err('it has no header webhook-signature');
  if (id === undefined || !ID.test(id)) return err('it has no readable header webhook-id');
  if (timestamp === undefined || !SECONDS.test(timestamp)) {
    return err('it has no header webhook-timestamp in seconds since 1970');
  }
  const signatures = signature.split(' ');
  if (signatures.length > SIGNATURES_MAX)
    return err(`it has more than ${SIGNATURES_MAX} signatures`);
  // A secret that stands for no bytes would be a key that everyone has.
  const keys = secrets.map(keyOf).filter(({ length }) => length > 0);
  const wanted = keys.map((key) => {
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
    return `${VERSION},${signed.digest('base64')}`;
  });
  const isSigned = wanted.some((each) => signatures.some((given) => isSame(given, each)));
  if (!isSigned) return err('its signature does not match any of its secrets');
  // Behind the signature: without the secret nothing is learned about the clock.
  const offMs = Math.abs(nowMs - Number(timestamp) * 1_000);
  return offMs <= CLOCK_TOLERANCE_MS
    ? ok({ deliveryId: id })
    : err(`its timestamp differs by ${Math.round(offMs / 1_000)} s from the clock of the server`);
}

/** The id that GitHub gives a delivery is not signed, so it names nothing. */
const UNNAMED = ok({ deliveryId: undefined });

function verifyHub(
  given: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
): Result<Verified, string> {
  if (given === undefined) return err('it has no header X-Hub-Signature-256');
  const isSigned = secrets
    .filter((secret) => secret !== '')
    .some((secret) => {
      const hex = createHmac('sha256', secret).update(body).digest('hex');
      return isSame(given, `sha256=${hex}`);
    });
  return isSigned ? UNNAMED : err('its X-Hub-Signature-256 does not match any of its secrets');
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(BYTES_PREFIX)
    ? Buffer.from(secret.slice(BYTES_PREFIX.length), 'base64')
    : Buffer.from(secret);
}

/** Compares in a time that depends neither on where two texts differ nor on their lengths. */
function isSame(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
