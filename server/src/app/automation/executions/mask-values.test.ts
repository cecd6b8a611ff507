import { describe, expect, test } from '@jest/globals';
import { maskerOf } from './mask-values.ts';

const SECRET = 'pa/ss "wörd"+1';
const bytes = Buffer.from(SECRET);
const masker = maskerOf([SECRET]);

describe('a secret in an answer is masked', () => {
  test.each([
    ['as it is', SECRET],
    ['as JSON', JSON.stringify(SECRET)],
    ['in an address', encodeURIComponent(SECRET)],
    ['in an address, in small letters', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in hex', bytes.toString('hex')],
    ['in large hex', bytes.toString('hex').toUpperCase()],
    ['in base64', bytes.toString('base64')],
    ['in base64url', bytes.toString('base64url')],
    ['behind a user in base64', Buffer.from(`ann:${SECRET}`).toString('base64')],
    ['behind a longer user in base64', Buffer.from(`anna:${SECRET}`).toString('base64')],
    ['within a text in base64', Buffer.from(`x ${SECRET} and more`).toString('base64')],
  ])('%s', (_form, text) => {
    const masked = masker.text(`before ${text} after`);
    expect(masked).toMatch(/^before .*\*\*\*.* after$/);
    // What is left of base64 is the neighbours of the secret, and one character at each border.
    expect(masked.length).toBeLessThan('before  after'.length + 30);
  });

  const MARKS = "p&a/b <ö>!'(x)*";
  const marked = maskerOf([MARKS]);

  test.each([
    ['of RFC 3986', 'p%26a%2Fb%20%3C%C3%B6%3E%21%27%28x%29%2A'],
    ['that leaves slashes', 'p%26a/b%20%3C%C3%B6%3E%21%27%28x%29%2A'],
    ['of a form', 'p%26a%2Fb+%3C%C3%B6%3E%21%27%28x%29%2A'],
    ['of JSON for HTML', "p\\u0026a/b \\u003cö\\u003e!'(x)*"],
    ['of JSON in ASCII', "p&a/b <\\u00f6>!'(x)*"],
    ['of JSON with slashes escaped', "p&a\\/b <ö>!'(x)*"],
  ])('in the form %s', (_form, text) => {
    expect(marked.text(`before ${text} after`)).toBe('before *** after');
  });

  test('in lines of base64', () => {
    const long = 'correct-horse-battery-staple-'.repeat(5);
    const digits = Buffer.from(long).toString('base64');
    const lines = digits.match(/.{1,76}/g)?.join('\n') ?? '';
    expect(maskerOf([long]).text(lines)).toMatch(/^[*]{3}.{0,4}$/);
  });

  test('in keys, lists and numbers', () => {
    const { json } = maskerOf(['12345678', 'token-of-ann']);
    const answer = { 'token-of-ann': [12_345_678, { a: 'x token-of-ann y' }, null, true, 7] };
    expect(json(answer)).toEqual({ '***': ['***', { a: 'x *** y' }, null, true, 7] });
  });

  test('line by line where it has several', () => {
    const key = `-----BEGIN KEY-----\n${'a1'.repeat(20)}\n-----END KEY-----\n`;
    expect(maskerOf([key]).text(`key: ${'a1'.repeat(20)}.`)).toBe('key: ***.');
  });

  test('the longest first where one contains another', () => {
    expect(maskerOf(['abcd', 'abcdefgh']).text('abcdefgh')).toBe('***');
  });
});

test('a text that occurs by chance is left alone', () => {
  expect(maskerOf(['abc', '']).text('abc abcd')).toBe('abc abcd');
});
