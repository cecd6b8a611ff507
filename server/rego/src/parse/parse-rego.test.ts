import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRego } from './parse-rego.ts';

function problemsOf(text: string, regoVersion: 'auto' | 'v0' | 'v1' = 'v1') {
  const parsed = parseRego(text, { file: 'a.rego', regoVersion });
  return parsed.ok ? [] : parsed.error.map(({ row, column, message }) => [row, column, message]);
}

describe('parsing reports what is wrong and where', () => {
  test.each([
    ['', 1, 1, 'A module begins with "package name", but there is the end of the text.'],
    ['package a\nx := "open\n', 2, 6, 'This string is never closed on its line.'],
    [
      'package a\np if { 1 2 }',
      2,
      10,
      'A line break, ";" or "}" was expected here, but there is "2".',
    ],
    ['package a\np if {\n\t:= 1\n}', 3, 2, 'A value was expected here, but there is ":=".'],
    [
      'package a\np := [1, 2',
      2,
      11,
      '"," or "]" was expected here, but there is the end of the text.',
    ],
    [
      'package a\np { true }',
      2,
      3,
      'Version 1 of the language wants "if" before a body; write "if {", but there is "{".',
    ],
    [
      'package a\nimport future.nothing\n',
      2,
      1,
      'Only future.keywords.in, every, if, contains, not and future.keywords can be imported.',
    ],
    [
      'package a\nimport other\n',
      2,
      1,
      'An import begins with data, input, future.keywords or rego.v1.',
    ],
    ['package a\np := ^1', 2, 6, 'The character "^" has no meaning here.'],
    ['package a\np := 01', 2, 6, '"01" is not a number.'],
    [
      'package a\np := "\\q"',
      2,
      6,
      'This string has an escape that JSON does not know; write a raw string in `…` instead.',
    ],
    ['package a\nif := 1', 2, 1, 'The name of a rule was expected here, but there is "if".'],
    ['package a\np if some 1', 2, 11, 'Only variables can be declared with "some".'],
  ])('%j at row %i, column %i', (text, row, column, message) => {
    expect(problemsOf(text)).toEqual([[row, column, message]]);
  });

  test('every broken rule is reported, not only the first', () => {
    const rows = problemsOf('package a\np if { ( }\nq := 1\nr := ]\n').map(([row]) => row);
    expect(rows).toEqual([2, 4]);
  });

  test('text that nests too deep is refused with a sentence', () => {
    const [first] = problemsOf(`package a\np := ${'['.repeat(1000)}`);
    expect(first?.[2]).toBe('This nests deeper than 200 levels; split it into several rules.');
  });

  test('a text that is too long is refused', () => {
    expect(problemsOf(`package a # ${'x'.repeat(1_100_000)}`)).toEqual([
      [
        1,
        1,
        'This text is longer than 1048576 characters; split it into modules, and ' +
          'give large tables as data.',
      ],
    ]);
  });
});

describe('the version of the language', () => {
  test.each([
    ['package a\np { true }', 'v0'],
    ['package a\nimport rego.v1\np if true', 'v1'],
    ['package a\nimport future.keywords\np if { true }\nq { true }', 'v0'],
    ['package a\nimport rego.v1\np contains 1', 'v1'],
    ['package a\np := 1', 'v1'],
    ['package a\nin := 1\np { in == 1 }', 'v0'],
  ])('%j is %s', (text, version) => {
    const parsed = parseRego(text, { file: 'a.rego' });
    expect(parsed.ok && parsed.value.version).toBe(version);
  });

  test('import rego.v1 asks for v1 in whatever version the module is read', () => {
    const [first] = problemsOf('package a\nimport rego.v1\np { true }', 'v0');
    expect(first?.[2]).toContain('Version 1 of the language wants "if" before a body');
  });

  test('a text that is neither is judged as the more plausible one', () => {
    expect(problemsOf('package a\np if { x == }', 'auto')[0]).toEqual([
      2,
      13,
      'A value was expected here, but there is "}".',
    ]);
    expect(problemsOf('package a\np { x == }', 'auto')[0]).toEqual([
      2,
      10,
      'A value was expected here, but there is "}".',
    ]);
  });
});

describe('parsing any text', () => {
  const piece = fc.constantFrom(
    'package a',
    '\n',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '|',
    ':=',
    '==',
    'not ',
    'some ',
    'x',
    '.',
    'every ',
    'in ',
    'if ',
    'else ',
    'contains ',
    'default ',
    '"s"',
    '`r`',
    '$"',
    '1',
    ',',
    ';',
    'with ',
    'as ',
    'import ',
    'input',
    'data',
    ' ',
    ':',
    '-',
    '*',
    '_',
    '#c\n',
  );
  test('never throws and always ends', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.string(), (pieces, noise) => {
        parseRego(`package a\n${pieces.join('')}`, { file: 'f' });
        parseRego(noise, { file: 'f' });
      }),
    );
  });

  test.each([
    '{',
    '[',
    '(',
    '{{',
    '({',
    '[{',
    '{x:',
    'f(',
    'x[',
    'not ',
    '$"{',
    '{x|',
    '(a,',
    '[a|',
    '{a|[b|',
    '{a:b|',
  ])('is quick for many %j', (text) => {
    const started = performance.now();
    parseRego(`package a\np if { ${text.repeat(150)}`, { file: 'f' });
    parseRego(`package a\np if ${text.repeat(5000)}`, { file: 'f' });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
