/** Checks of claims besides those of the libraries: OpenID Connect Core 1.0. */
import type { JsonObject } from '@novacron/contract/json';

/** Section 2: at most 255 ASCII characters. Those that are not printable would spoil records. */
const SUBJECT_FORM = /^[\x20-\x7e]{1,255}$/;

/** Tolerated clock skew between issuer and server. Unit: s. */
export const CLOCK_TOLERANCE_S = 60;

const MS_PER_SECOND = 1_000;

/** Whether a claim `sub` can name a person in records. */
export function isSubject(sub: unknown): boolean {
  return typeof sub === 'string' && SUBJECT_FORM.test(sub);
}

/**
 * Says what is wrong with the claims of an ID token: section 3.1.3.7, numbers 5 and 10.
 * @returns undefined where nothing is; the values are not repeated
 */
export function findClaimFault(
  { sub, azp, iat }: JsonObject,
  { clientId, nowMs }: { readonly clientId: string; readonly nowMs: number },
): string | undefined {
  if (!isSubject(sub)) return 'sub is not 1 to 255 printable ASCII characters';
  if (azp !== undefined && azp !== clientId) return 'azp names another client';
  const isAhead = Number(iat) > nowMs / MS_PER_SECOND + CLOCK_TOLERANCE_S;
  return isAhead ? 'iat is in the future' : undefined;
}
