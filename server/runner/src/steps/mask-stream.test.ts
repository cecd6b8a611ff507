import { describe, expect, it } from '@jest/globals';
import { secretFormsOf } from '@novacron/runtime/secret-forms';
import fc from 'fast-check';
import { maskStream } from './mask-stream.ts';

/** Masks a text that arrives in parts of given lengths, over and over. */
function maskInParts(text: string, secrets: readonly string[], lengths: readonly number[]) {
  const stream = maskStream(secrets);
  let shown = '';
  let at = 0;
  for (let part = 0; at < text.length; part += 1) {
    const length = lengths[part % lengths.length] ?? 1;
    shown += stream.push(text.slice(at, at + length));
    at += length;
  }
  return shown + stream.end();
}

describe('a masked stream', () => {
  it('shows no form of a secret, wherever a part ends', () => {
    const secret = fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' });
    const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), lengths, (value, before, after, parts) => {
        for (const form of secretFormsOf([value]).whole) {
          const whole = maskInParts(`${before}${form}${after}`, [value], [1_000]);
          const cut = maskInParts(`${before}${form}${after}`, [value], parts);
          expect(cut).toBe(whole);
          if (!'***'.includes(form) && !/[*]/.test(form)) expect(cut).not.toContain(form);
        }
      }),
    );
  });

  it.each([
    ['base64', 'base64', 76],
    ['base64 of OpenSSL', 'base64', 64],
    ['hexadecimal digits', 'hex', 60],
    ['groups of digits', 'hex', 4],
  ] as const)('shows none in lines of %s, wherever a part ends', (_case, encoding, width) => {
    const secret = 'correct-horse-battery-staple-'.repeat(5);
    for (const before of ['', 'u:', 'user:', 'x'.repeat(50)]) {
      const digits = Buffer.from(`${before}${secret}, and more`).toString(encoding);
      const text = digits.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';
      const whole = maskInParts(text, [secret], [10_000]);
      expect(maskInParts(text, [secret], [7, 1, 19])).toBe(whole);
      const shown = whole.replaceAll('\n', '');
      expect(shown).toContain('***');
      expect(shown.length).toBeLessThan(digits.length - secret.length);
    }
  });

  it('masks the longer of two secrets that begin alike', () => {
    expect(maskInParts('pass passport passp', ['pass', 'passport'], [3])).toBe('*** *** ***p');
  });

  it('leaves a text without secrets as it is', () => {
    expect(maskInParts('a text of several words', [], [2])).toBe('a text of several words');
    expect(maskInParts('a text of several words', ['other'], [2])).toBe('a text of several words');
  });
});
