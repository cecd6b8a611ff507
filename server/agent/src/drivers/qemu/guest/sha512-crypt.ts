/**
 * Password hashes as guests keep them in `/etc/shadow`.
 * Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 0.6, with its numbers of steps.
 */
import { createHash, randomInt } from 'node:crypto';

/** The number of rounds that the specification takes where a hash names none. */
const ROUNDS = 5_000;
const DIGEST = 64;
const SALT_LENGTH = 16;
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A salt of 96 random bits. */
export function makeSalt(): string {
  return Array.from({ length: SALT_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/**
 * Hashes a password.
 * @param salt - at most 16 characters of {@link makeSalt}'s alphabet
 * @returns `$6$SALT$HASH`
 */
export function sha512Crypt(password: string, salt: string): string {
  const key = Buffer.from(password, 'utf8');
  const seed = Buffer.from(salt, 'latin1');
  const inner = sha512(key, seed, key);
  let digest = sha512(key, seed, repeated(inner, key.length), ...choose(key, inner));
  const keys = repeated(sha512(...Array.from(key, () => key)), key.length);
  const [first = 0] = digest;
  const salts = repeated(sha512(...Array.from({ length: 16 + first }, () => seed)), seed.length);
  for (let round = 0; round < ROUNDS; round += 1) {
    const isOdd = round % 2 === 1;
    digest = sha512(
      isOdd ? keys : digest,
      ...(round % 3 === 0 ? [] : [salts]),
      ...(round % 7 === 0 ? [] : [keys]),
      isOdd ? digest : keys,
    );
  }
  return `$6$${salt}$${encode(digest)}`;
}

/** The salt of a hash; undefined for another form of hash. */
export function saltOf(hash: string): string | undefined {
  return /^\$6\$([^$]{1,16})\$/.exec(hash)?.[1];
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** A digest, repeated up to a length. */
function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** One part for each bit of the key's length, from the lowest: step 11. */
function choose(key: Buffer, inner: Buffer): readonly Buffer[] {
  const bits = key.length === 0 ? '' : key.length.toString(2);
  return [...bits].reverse().map((bit) => (bit === '1' ? inner : key));
}

/** Groups of three bytes as four characters, in the order of step 22. */
function encode(digest: Buffer): string {
  const groups = Array.from({ length: 21 }, (_, index) => {
    const bytes = [index, index + 21, index + 42];
    const turn = index % 3;
    const order = [...bytes.slice(turn), ...bytes.slice(0, turn)];
    const [high = 0, middle = 0, low = 0] = order.map((place) => digest[place]);
    return characters((high << 16) | (middle << 8) | low, 4);
  });
  return groups.join('') + characters(digest[DIGEST - 1] ?? 0, 2);
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => ALPHABET[(value >> (6 * index)) & 63]).join(
    '',
  );
}
