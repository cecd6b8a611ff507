// Texts that are made to hurt or to deceive: each is refused at its place, in plain words.
import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';

function firstProblem(text: string): string {
  const compiled = compileRego({ modules: { 'a.rego': text }, entrypoints: ['p/allow'] });
  if (compiled.ok) return 'compiles';
  const [{ row, column, message } = { row: 0, column: 0, message: '' }] = compiled.error;
  return `${row}:${column} ${message}`;
}

const HEAD = 'package p\n\n';
const STRAY = 'outside of strings and comments a policy is ASCII';

describe('a text that deceives', () => {
  test.each([
    ['a Cyrillic letter in a name', `${HEAD}\u0430llow if input.x\n`, '3:1', '"\u0430" (U+0430)'],
    ['a Cyrillic letter in a word of the language', `${HEAD}allow \u0456f 1\n`, '3:7', 'U+0456'],
    ['a wide sign', `${HEAD}allow if 1 \uff1d\uff1d 1\n`, '3:12', '"\uff1d" (U+FF1D)'],
    ['a space without width', `${HEAD}al\u200blow if 1\n`, '3:3', 'character U+200B has'],
    ['a space that does not break', `${HEAD}allow\u00a0if 1\n`, '3:6', 'character U+00A0 has'],
    ['a sign that turns the text around', `${HEAD}allow if \u202e1\n`, '3:10', 'U+202E has'],
    ['NUL between words', 'package p\0\n', '1:10', 'character U+0000 has'],
    ['what is left of wrong UTF-8', `${HEAD}allow if input.\ufffd\n`, '3:16', '(U+FFFD)'],
  ])('by %s is refused there, and the character is named', (_what, text, place, words) => {
    const problem = firstProblem(text);
    expect(problem.startsWith(`${place} `)).toBe(true);
    expect(problem).toContain(words);
    expect(problem).toContain(STRAY);
  });

  test('by a control character in a string says how to write it', () => {
    expect(firstProblem(`${HEAD}allow if input.x == "a\0b"\n`)).toBe(
      '3:21 This string has the control character U+0000; write \\u0000 for it.',
    );
  });
});

describe('a text that is made to cost', () => {
  test.each([
    ['a literal of 10 MB', `${HEAD}x := "${'a'.repeat(10 * 1024 * 1024)}"\n`, 'is longer than'],
    ['parentheses', `${HEAD}x := ${'('.repeat(9_000)}1`, 'nests deeper than 200 levels'],
    ['lists', `${HEAD}x := ${'['.repeat(9_000)}`, 'nests deeper than 200 levels'],
    ['comprehensions', `${HEAD}x := ${'[1|'.repeat(2_000)}`, 'nests deeper than 200 levels'],
  ])('with %s is refused before it does', (_what, text, words) => {
    expect(firstProblem(text)).toContain(words);
  });
});
