import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatRego } from './format-rego.ts';
import { parseRego } from './parse/parse-rego.ts';

const SAMPLE = readFileSync(new URL('testdata/unformatted.rego', import.meta.url), 'utf8');
const GOLDEN = readFileSync(new URL('testdata/formatted.rego', import.meta.url), 'utf8');

function format(text: string): string {
  const formatted = formatRego(text, { file: 'a.rego' });
  if (!formatted.ok) throw new Error(JSON.stringify(formatted.error));
  return formatted.value;
}

function meaning(text: string): string {
  const parsed = parseRego(text, { file: 'a.rego' });
  return JSON.stringify(parsed, (key, value: unknown) => (key === 'at' ? undefined : value));
}

describe('a formatted text', () => {
  test('has tabs, one literal a line and one empty line between rules', () => {
    expect(format(SAMPLE)).toBe(GOLDEN);
    expect(format(GOLDEN)).toBe(GOLDEN);
  });

  test.each([
    ['a function of version 0', 'package a\n\nallow {\n\tcontains("ab", "a")\n}\n'],
    ['names that are keywords', 'package a\n\np if data.every.not(1)[-1] == {}\n'],
    ['a rule that is an object', 'package a\n\np := {"a": -1, "b": [x | x := 1]}[input.k]\n'],
    ['several rules on one line each', 'package a\n\nx := 1\ny := 2\n'],
    ['a comment behind the last line', 'package a\n\np if input.x # why\n'],
    ['a template', 'package a\n\np := $"{ input.x } {1+1}"\n'],
  ])('stays as it is: %s', (_what, text) => {
    expect(format(text)).toBe(text);
  });

  test.each([
    ['semicolons', 'package a\np if { x := 1; x > 0 }', 'p if {\n\tx := 1\n\tx > 0\n}\n'],
    ['a comma too many', 'package a\nx := [1,2,]', 'x := [1, 2]\n'],
    ['a comma too few', 'package a\nx := [\n1\n]', 'x := [\n\t1,\n]\n'],
    [
      'else',
      'package a\np if { x }\nelse := 2 if { y }',
      'p if {\n\tx\n} else := 2 if {\n\ty\n}\n',
    ],
    ['carriage returns', 'package a\r\nx := 1\r\n', 'x := 1\n'],
  ])('is made from one with %s', (_what, text, rule) => {
    expect(format(text)).toBe(`package a\n\n${rule}`);
  });

  // Every blank may be longer, and every line break may be several, with comments.
  test('means the same and stays as it is, however it was spaced (property)', () => {
    const blanks = fc.constantFrom('', ' ', '\t', '  \t');
    const breaks = fc.constantFrom('\n', '\n\n\n', '\r\n', '\n# one\n', ' # two\n\n# three\n');
    const spaced = fc
      .array(fc.record({ blanks, breaks }), { minLength: 1, maxLength: 30 })
      .map((choices) => {
        let at = 0;
        const next = () => choices[at++ % choices.length];
        return GOLDEN.replaceAll(
          / +(?=[a-z"{[])/g,
          (blank) => blank + (next()?.blanks ?? ''),
        ).replaceAll('\n', () => next()?.breaks ?? '\n');
      });
    fc.assert(
      fc.property(spaced, (text) => {
        const formatted = format(text);
        expect(meaning(formatted)).toBe(meaning(GOLDEN));
        expect(format(formatted)).toBe(formatted);
      }),
    );
  });

  test('is not made from a text with mistakes', () => {
    expect(formatRego('package a\nallow if {', { file: 'a.rego' })).toMatchObject({
      ok: false,
      error: [{ code: 'parse-error', file: 'a.rego', row: 2 }],
    });
  });
});

test('a negated body is laid out as a body where it is imported', () => {
  const text = 'package a\nimport future.keywords.not\np if not {input.a; input.b}\n';
  const formatted = formatRego(text, { file: 'a.rego' });
  expect(formatted).toEqual({
    ok: true,
    value: 'package a\n\nimport future.keywords.not\n\np if not {\n\tinput.a\n\tinput.b\n}\n',
  });
});
