import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFatImage, writeFatImage } from './fat-image.ts';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), { maxLength: 8 });
const contents = fc.uint8Array({ maxLength: 2_000 });

test('files are read as they were written, whatever their lengths', () => {
  fc.assert(
    fc.property(names, fc.array(contents, { minLength: 8, maxLength: 8 }), (found, bytes) => {
      const files = new Map(found.map((name, index) => [name, Buffer.from(bytes[index] ?? [])]));
      const image = writeFatImage('CIDATA', files);
      expect(readFatImage(image ?? Buffer.alloc(0))).toEqual(files);
    }),
  );
});

test('what does not fit is not written', () => {
  const large = new Map([['large', Buffer.alloc(2_097_152)]]);
  expect(writeFatImage('CIDATA', large)).toBeUndefined();
});

test('an image of another program, or a damaged one, is never read past its end', () => {
  expect(readFatImage(Buffer.alloc(2_097_152))).toBeUndefined();
  expect(readFatImage(Buffer.from('short'))).toBeUndefined();
  const image = writeFatImage('CIDATA', new Map([['a', Buffer.from('content')]]));
  if (image === undefined) throw new Error('it fits');
  const root = 25 * 512;
  fc.assert(
    fc.property(fc.nat({ max: 511 }), fc.nat({ max: 255 }), (place, byte) => {
      const damaged = Buffer.from(image);
      damaged.writeUInt8(byte, root + place);
      const files = [...(readFatImage(damaged)?.values() ?? [])];
      expect(files.every(({ length }) => length <= image.length)).toBe(true);
    }),
  );
});
