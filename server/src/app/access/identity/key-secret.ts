import type { AccessDeps } from '../deps.ts';

/** Prefix of secrets, so that leaked ones can be searched for. */
const SECRET_PREFIX = 'ncr_';
const SECRET_BYTES = 32;

/** Number of characters after `ncr_` that identify a secret: 48 of its 256 random bits. */
const SHOWN_LENGTH = 8;

/**
 * Matches text in the form of a NovaCron secret, perhaps mistyped or cut off: 22 characters stay
 * hidden, which is 132 bits. Anything else may be a credential of another system and is not shown
 * at all.
 */
const IDENTIFIABLE = new RegExp(`^${SECRET_PREFIX}[\\w-]{${SHOWN_LENGTH}}(?=[\\w-]{22,56}$)`);

/** A secret as {@link makeSecret} makes it. */
const WHOLE = new RegExp(`^${SECRET_PREFIX}[\\w-]{43}$`);

/** Random secrets have some 31 different characters: fewer than this come from no generator. */
const CHARACTERS_MIN = 16;

/** What a secret lacks that an operator chose, as a clause; undefined: nothing. */
export function faultOfSecret(secret: string): string | undefined {
  if (!WHOLE.test(secret)) return 'is not ncr_ with the 43 characters of 32 bytes in base64url';
  return new Set(secret).size < CHARACTERS_MIN
    ? 'repeats few characters: it is not random'
    : undefined;
}

/** Makes the secret of an API key: 256 random bits. */
export function makeSecret(deps: Pick<AccessDeps, 'secretRandom'>): string {
  const bytes = deps.secretRandom.bytes(SECRET_BYTES);
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
}

/**
 * The first characters of a secret, which identify its key and are of no use to an attacker.
 * @returns undefined for anything that does not have the form of an API key
 */
export function secretPrefixOf(secret: string): string | undefined {
  return IDENTIFIABLE.exec(secret)?.[0];
}
