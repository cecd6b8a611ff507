/** The few pieces of DER (ITU-T X.690) that a certificate is built from. */

const TAG_BOOLEAN = 0x01;
const TAG_INTEGER = 0x02;
const TAG_BIT_STRING = 0x03;
const TAG_OCTET_STRING = 0x04;
const TAG_OBJECT_IDENTIFIER = 0x06;
const TAG_UTF8_STRING = 0x0c;
const TAG_UTC_TIME = 0x17;
const TAG_GENERALIZED_TIME = 0x18;
const TAG_SEQUENCE = 0x30;
const TAG_SET = 0x31;

/** The last year that the two-digit form of a time can say (RFC 5280, 4.1.2.5). */
const UTC_TIME_YEAR_MAX = 2049;

/** Any element: tag, length, contents. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), derLength(body.length), body]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  if (length < 0x10000) return Buffer.from([0x82, length >> 8, length & 0xff]);
  throw new RangeError('a certificate is never this long');
}

/** An ordered group. */
export function derSequence(...contents: readonly Uint8Array[]): Buffer {
  return derElement(TAG_SEQUENCE, ...contents);
}

/** An unordered group. */
export function derSet(...contents: readonly Uint8Array[]): Buffer {
  return derElement(TAG_SET, ...contents);
}

/** True; false is expressed by absence. */
export function derTrue(): Buffer {
  return derElement(TAG_BOOLEAN, Uint8Array.of(0xff));
}

/** A non-negative integer from its bytes, most significant first; the first bit must be 0. */
export function derInteger(bytes: Uint8Array): Buffer {
  return derElement(TAG_INTEGER, bytes);
}

/** Bits; `unusedBits` at the end do not count. */
export function derBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return derElement(TAG_BIT_STRING, Uint8Array.of(unusedBits), bytes);
}

/** Bytes. */
export function derOctetString(bytes: Uint8Array): Buffer {
  return derElement(TAG_OCTET_STRING, bytes);
}

/** Text. */
export function derUtf8String(text: string): Buffer {
  return derElement(TAG_UTF8_STRING, Buffer.from(text, 'utf8'));
}

/**
 * An object identifier: the first two numbers share a byte, the others are base 128.
 * @example derObjectIdentifier('2.5.29.17') // subjectAltName
 */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return derElement(TAG_OBJECT_IDENTIFIER, Uint8Array.from(bytes));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** A moment, to the second. */
export function derTime(ms: number): Buffer {
  const date = new Date(ms);
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() <= UTC_TIME_YEAR_MAX
    ? derElement(TAG_UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : derElement(TAG_GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}
