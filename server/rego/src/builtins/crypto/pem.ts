// PEM texts (RFC 7468), which builtins also take once more in base64.

import { fail } from '../host/host-builtin.ts';

/** The bytes of an operand: PEM as it is, or what its base64 holds. */
export function bytesOf(text: string): Buffer {
  if (text.trimStart().startsWith('-----BEGIN')) return Buffer.from(text, 'latin1');
  const packed = text.replace(/[\r\n]/g, '');
  const isBase64 = packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
  return isBase64 ? Buffer.from(packed, 'base64') : fail('illegal base64 data');
}

/** The contents of the blocks that have one of the labels. */
export function pemBlocks(text: string, labels: readonly string[]): readonly Buffer[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g);
  return [...blocks]
    .filter(([, label = '']) => labels.includes(label))
    .map(([, , body = '']) => Buffer.from(body, 'base64'));
}
