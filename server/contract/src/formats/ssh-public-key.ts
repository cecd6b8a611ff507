/**
 * Public SSH keys as a line of `authorized_keys` or of a `.pub` file: type, base64, comment.
 * Sources: RFC 4253 section 6.6 (RSA, DSA), RFC 5656 (ECDSA), RFC 8709 (Ed25519), PROTOCOL.u2f of
 * OpenSSH (security keys), RFC 4251 section 5 (strings and integers).
 */
import { err, ok, type Result } from '../result.ts';

/** A key of which every part has been read. */
export interface SshPublicKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** The key as base64: what fingerprints are hashes of, once it is decoded. */
  readonly base64: string;
  /** Empty where there is none. */
  readonly comment: string;
}

/** Shorter RSA keys can be factored, or soon can: NIST SP 800-131A. Unit: bits. */
const RSA_BITS_MIN = 2_048;
/** OpenSSH accepts no longer ones. Unit: bits. */
const RSA_BITS_MAX = 16_384;
const ED25519_BYTES = 32;
/** An ECDSA point that is not compressed begins with this byte. */
const UNCOMPRESSED_POINT = 4;
const COMMENT_LENGTH_MAX = 255;

const NEW_KEY = 'make a key with `ssh-keygen -t ed25519`';

/** Reads what is behind the type of a key; returns what is wrong with it. */
type ReadKey = (parts: PartReader) => string | undefined;

const KEY_TYPES: Readonly<Record<string, ReadKey>> = {
  'ssh-ed25519': readEd25519,
  'ssh-rsa': readRsa,
  'ecdsa-sha2-nistp256': readEcdsa('nistp256', 32),
  'ecdsa-sha2-nistp384': readEcdsa('nistp384', 48),
  'ecdsa-sha2-nistp521': readEcdsa('nistp521', 66),
  'sk-ssh-ed25519@openssh.com': withApplication(readEd25519),
  'sk-ecdsa-sha2-nistp256@openssh.com': withApplication(readEcdsa('nistp256', 32)),
};

/** A key as documentation shows it. */
export const SSH_KEY_EXAMPLE =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';

/** Removes the ends of lines that a file of a key has after it. */
export function withoutLineEnd(key: string): string {
  return key.replace(/(?<![\r\n])[\r\n]+$/, '');
}

/**
 * Reads a public key, with or without the end of its line.
 * @returns the key; or one sentence on what is wrong with it, which quotes nothing of it: what is
 *   given by mistake may be a private key
 * @example parseSshPublicKey('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… me')
 */
export function parseSshPublicKey(line: string): Result<SshPublicKey, string> {
  const text = withoutLineEnd(line);
  if (/-----BEGIN[A-Z ]* PRIVATE KEY/.test(text)) {
    return err(
      'is a private key, which must stay where it is; use the public one, in its .pub file',
    );
  }
  const match = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: (\P{Cc}*))?$/u.exec(text);
  const [, type = '', base64 = '', comment = ''] = match ?? [];
  const refused = refusedType(match === null ? (text.split(' ')[0] ?? '') : type);
  if (refused !== undefined) return err(refused);
  const readKey = Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type] : undefined;
  if (match === null || readKey === undefined) {
    return err('must be one public key in one line, such as `ssh-ed25519 AAAAC3… comment`');
  }
  if (comment.length > COMMENT_LENGTH_MAX) {
    return err(`must have a comment of at most ${COMMENT_LENGTH_MAX} characters`);
  }
  const bytes = decodeBase64(base64);
  const parts = bytes === undefined ? undefined : readParts(bytes);
  if (parts === undefined)
    return err('is damaged: its base64 is cut off, or has another key in it');
  const inner = toText(parts.next());
  if (inner !== type) return err(`is damaged: it says ${type}, and its base64 is of another type`);
  const wrong = readKey(parts) ?? (parts.isAtEnd() ? undefined : 'is damaged: it is too long');
  return wrong === undefined ? ok({ type, base64, comment }) : err(wrong);
}

function refusedType(type: string): string | undefined {
  if (type === 'ssh-dss') return `is a DSA key, which OpenSSH no longer accepts; ${NEW_KEY}`;
  if (/-cert-v\d+@openssh\.com$/.test(type)) {
    return 'is a certificate; use the public key that it was made of';
  }
  return undefined;
}

function readEd25519(parts: PartReader): string | undefined {
  const { length } = parts.next();
  return length === ED25519_BYTES ? undefined : `is damaged: ${length} bytes instead of 32`;
}

function readRsa(parts: PartReader): string | undefined {
  const [exponent, modulus] = [toNumber(parts.next()), toNumber(parts.next())];
  if (exponent === undefined || modulus === undefined) return 'is damaged: it has no numbers';
  const bits = modulus.toString(2).length;
  if (bits < RSA_BITS_MIN) {
    return `has ${bits} bits, and an RSA key needs at least ${RSA_BITS_MIN}; ${NEW_KEY}`;
  }
  if (bits > RSA_BITS_MAX) return `has ${bits} bits, and at most ${RSA_BITS_MAX} are accepted`;
  const isUsable = exponent > 1n && exponent % 2n === 1n && modulus % 2n === 1n;
  return isUsable ? undefined : 'is damaged: its numbers are not those of an RSA key';
}

function readEcdsa(curve: string, bytes: number): ReadKey {
  return (parts) => {
    if (toText(parts.next()) !== curve) return `is damaged: its curve is not ${curve}`;
    const point = parts.next();
    const isPoint = point.length === 1 + 2 * bytes && point[0] === UNCOMPRESSED_POINT;
    return isPoint ? undefined : `is damaged: it has no point of ${curve}`;
  };
}

/** Keys of security keys end with the application that they are for, by default `ssh:`. */
function withApplication(readKey: ReadKey): ReadKey {
  return (parts) => {
    const wrong = readKey(parts);
    if (wrong !== undefined) return wrong;
    return parts.next().length > 0 ? undefined : 'is damaged: it names no application';
  };
}

/** Reads the strings that a key consists of, in their order. */
interface PartReader {
  /** The next one; empty where there is none, as for one without content. */
  readonly next: () => Uint8Array;
  readonly isAtEnd: () => boolean;
}

const LENGTH_BYTES = 4;

/** Splits strings with their lengths before them; undefined where the lengths do not add up. */
function readParts(bytes: Uint8Array): PartReader | undefined {
  const parts: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES;
    if (start > bytes.length) return undefined;
    at = start + view.getUint32(start - LENGTH_BYTES);
    if (at > bytes.length) return undefined;
    parts.push(bytes.subarray(start, at));
  }
  let read = 0;
  return {
    next: () => {
      read += 1;
      return parts[read - 1] ?? new Uint8Array();
    },
    isAtEnd: () => read === parts.length,
  };
}

function toText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64));
}

/** Reads an `mpint`; undefined where it is not positive, or longer than it needs to be. */
function toNumber(bytes: Uint8Array): bigint | undefined {
  const [first = 0, second = 0] = bytes;
  const isPadded = first === 0 && second < 0b1000_0000;
  if (bytes.length === 0 || first >= 0b1000_0000 || isPadded) return undefined;
  return [...bytes].reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes base64 in its one form (RFC 4648 section 4): padded, and without stray bits. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8));
  let [bits, count, at] = [0, 0, 0];
  for (const digit of digits) {
    bits = (bits << 6) | ALPHABET.indexOf(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at] = bits >> count;
    at += 1;
    bits &= (1 << count) - 1;
  }
  return bits === 0 && at === bytes.length ? bytes : undefined;
}
