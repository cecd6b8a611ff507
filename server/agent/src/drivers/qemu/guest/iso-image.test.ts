import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readIsoImage, writeIsoImage } from './iso-image.ts';

const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,20}$/);
const contents = fc.uint8Array({ maxLength: 5_000 }).map((bytes) => Buffer.from(bytes));

describe('an image', () => {
  test('has the files that were written', () => {
    fc.assert(
      fc.property(fc.dictionary(names, contents, { maxKeys: 8 }), (given) => {
        const files = new Map(Object.entries(given));
        const read = readIsoImage(writeIsoImage('cidata', files) ?? Buffer.alloc(0));
        expect(new Map(read)).toEqual(files);
      }),
    );
  });

  test('has its label in capital and in small letters', () => {
    const image = writeIsoImage('cidata', new Map()) ?? Buffer.alloc(0);
    expect(image.toString('latin1', 16 * 2_048 + 40, 16 * 2_048 + 72).trimEnd()).toBe('CIDATA');
    const joliet = Buffer.from(image.subarray(17 * 2_048 + 40, 17 * 2_048 + 72));
    expect(joliet.swap16().toString('utf16le').trimEnd()).toBe('cidata');
  });

  test('is the same for the same files', () => {
    const files = new Map([['a', Buffer.from('content')]]);
    const [one, other] = [writeIsoImage('cidata', files), writeIsoImage('cidata', files)];
    expect(other !== undefined && one?.equals(other)).toBe(true);
  });

  test('has a size, which files may not exceed', () => {
    expect(writeIsoImage('cidata', new Map([['a', Buffer.alloc(2_097_152)]]))).toBeUndefined();
    const many = Array.from({ length: 64 }, (_, index) => [`file-${index}`, Buffer.from('x')]);
    expect(
      writeIsoImage(
        'cidata',
        new Map(many.map(([name, content]) => [String(name), Buffer.from(content ?? '')])),
      ),
    ).toBeUndefined();
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(2_097_152)],
])('%s is no such image', (_, content) => {
  expect(readIsoImage(content)).toBeUndefined();
});
