/**
 * The Huffman code of header texts. It is canonical: codes of one length count up with the bytes
 * that they stand for, so that the lengths alone say them all.
 * Source: RFC 7541, appendix B.
 */

/** Number of bits in the code of each byte; the last one ends a text and may not occur. */
const CODE_BITS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const END_OF_TEXT = 256;
const BITS_MAX = 30;
const BYTE_BITS = 8;

/** The codes of one length: the first of them, and what they stand for in order. */
interface CodesOfLength {
  readonly first: number;
  readonly symbols: readonly number[];
}

const CODES = listCodes();

function listCodes(): readonly CodesOfLength[] {
  const codes: CodesOfLength[] = [];
  let next = 0;
  for (let bits = 0; bits <= BITS_MAX; bits += 1) {
    const symbols = [...CODE_BITS.keys()].filter((symbol) => CODE_BITS[symbol] === bits);
    codes.push({ first: next, symbols });
    next = (next + symbols.length) * 2;
  }
  return codes;
}

/**
 * Reads a text.
 * @returns it with one character a byte; undefined where the bits are no text
 */
export function decodeHuffman(bytes: Uint8Array): string | undefined {
  const found: number[] = [];
  let code = 0;
  let bits = 0;
  for (const byte of bytes) {
    for (let bit = BYTE_BITS - 1; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1);
      bits += 1;
      // There is an entry for each length up to BITS_MAX, at which the loop ends.
      const { first, symbols } = CODES[bits] as CodesOfLength;
      const symbol = symbols[code - first];
      if (symbol === undefined) {
        if (bits === BITS_MAX) return undefined;
        continue;
      }
      if (symbol === END_OF_TEXT) return undefined;
      found.push(symbol);
      code = 0;
      bits = 0;
    }
  }
  // What is left of the last byte is filled with ones.
  const isFilled = bits < BYTE_BITS && code === 2 ** bits - 1;
  return isFilled ? Buffer.from(found).toString('latin1') : undefined;
}
