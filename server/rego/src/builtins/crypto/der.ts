// Reads DER (X.690) as far as certificates need it.

import { fail } from '../host/host-builtin.ts';

/** One element: its tag, its content and all its bytes. */
export type DerElement = {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
};

/** The elements that follow one another in some bytes. */
export function readDer(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = byteAt(bytes, at);
    const first = byteAt(bytes, at + 1);
    const lengthBytes = first > 0x80 ? first - 0x80 : 0;
    if ((tag & 0x1f) === 0x1f || first === 0x80 || lengthBytes > 4) fail('asn1: structure error');
    let length = lengthBytes > 0 ? 0 : first;
    for (let each = 0; each < lengthBytes; each += 1) {
      length = length * 256 + byteAt(bytes, at + 2 + each);
    }
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) fail('asn1: structure error: data truncated');
    const content = bytes.subarray(start, start + length);
    elements.push({ tag, content, bytes: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? fail('asn1: syntax error: data truncated');
}

/** The dotted numbers of an object identifier. */
export function readOid({ content }: DerElement): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (numbers.length === 0) {
      const head = Math.min(2, Math.floor(value / 40));
      numbers.push(head, value - head * 40);
    } else {
      numbers.push(value);
    }
    value = 0;
  }
  return numbers;
}

/** An integer of any size. */
export function readInteger({ content }: DerElement): bigint {
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex') || '0'}`));
}

/** A time as RFC 3339 text. */
export function readTime({ tag, content }: DerElement): string {
  const text = content.toString('latin1');
  const isShort = tag === 0x17;
  // Two digits mean 1950 to 2049 (RFC 5280, 4.1.2.5.1).
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(isShort ? century + text : text);
  if (!parts) return fail('x509: malformed validity');
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** A string of any of the types that names use. */
export function readText({ tag, content }: DerElement): string {
  if (tag !== 0x1e) return content.toString(tag === 0x14 ? 'latin1' : 'utf8');
  return Buffer.from(content.subarray(0, content.length & ~1))
    .swap16()
    .toString('utf16le');
}
