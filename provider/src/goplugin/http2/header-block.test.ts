import { describe, expect, test } from '@jest/globals';
import { createHeaderReader, encodeHeaders } from './header-block.ts';
import { decodeHuffman } from './huffman.ts';

describe('headers in their compressed form', () => {
  test.each([
    // RFC 7541, C.4.1 and C.6.1.
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['', ''],
  ])('the bits %s are the text %s', (hex, text) => {
    expect(decodeHuffman(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test.each([
    ['a whole byte of filling', 'ffff'],
    ['zeros as filling', 'f1e3c2e5f23a6ba0ab90f400'],
    ['the end of the text inside', 'fffffffc'],
  ])('%s is no text', (_case, hex) => {
    expect(decodeHuffman(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  test('what was said once is referred to, until the table has no more room for it', () => {
    const read = createHeaderReader();
    const path = (text: string) => Buffer.concat([Buffer.of(0x44, text.length), Buffer.from(text)]);
    const latest = Buffer.of(0x80 + 62);
    expect(read(path('/one'))).toBe('/one');
    expect(read(latest)).toBe('/one');
    expect(read(path('/two'))).toBe('/two');
    expect(read(Buffer.of(0x80 + 63))).toBe('/one');
    // A table of 50 bytes has room for one of them.
    expect(read(Buffer.concat([Buffer.of(0x3f, 50 - 31), latest]))).toBe('/two');
    expect(() => read(Buffer.of(0x80 + 63))).toThrow('headers cannot be read');
  });

  test('what is written is read again, however long', () => {
    for (const length of [0, 1, 126, 127, 128, 300, 20_000]) {
      const path = `/${'x'.repeat(length)}`;
      expect(createHeaderReader()(encodeHeaders({ ':path': path, more: 'y' }))).toBe(path);
    }
  });
});
