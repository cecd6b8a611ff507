import { describe, expect, test } from '@jest/globals';
import { strictRego } from './strict-rego.ts';

function said(text: string): readonly string[] {
  const found = strictRego({ modules: { 'p.rego': `package p\n\n${text}\n` } });
  return found.map(({ row, column, code }) => `${row}:${column} ${code}`);
}

describe('the strict mode finds', () => {
  test.each([
    ['a variable that is assigned', 'allow if {\n\tx := input.a\n\tinput.b\n}', '4:2'],
    ['one of a pattern', 'allow if {\n\t[x, y] := input.a\n\ty\n}', '4:3'],
    ['one of a pattern with keys', 'allow if {\n\t{"a": x} := input.a\n}', '4:8'],
    ['one in a comprehension', 'xs := [1 | some a in input; b := a]', '3:29'],
    ['one in the body of every', 'allow if every a in input { b := a }', '3:29'],
    ['one that is declared', 'allow if {\n\tsome x\n\tinput.b\n}', '4:7'],
    ['one that another one hides', 'xs := [x | x := 1; y := x; z := y]', '3:28'],
    ['one of an else', 'f := 1 if input.a else := 2 if {\n\tx := 1\n}', '4:2'],
    ['an argument', 'f(x, y) := x', '3:6'],
    ['an argument in a pattern', 'f([x, y]) := x', '3:7'],
  ])('%s and used for nothing', (_what, text, at) => {
    expect(said(text)).toEqual([`${at} unused-variable`]);
  });

  test.each([
    ['import data.a.b\n\nallow := true', '3:1 unused-import'],
    ['import input.b as c\n\nallow := b.x', '3:1 unused-import'],
    ['import data.a\n\nf(a) := a', '3:1 unused-import'],
  ])('imports that are used for nothing: %j', (text, problem) => {
    expect(said(text)).toEqual([problem]);
  });

  test('in version 0 what version 1 refuses in any mode', () => {
    const text =
      'import data.a.x\n\nimport data.b.x\n\nallow {\n\tre_match("a", x)\n}\n\ninput = 1';
    expect(said(text)).toEqual([
      '5:1 duplicate-import',
      '8:2 deprecated-builtin',
      '11:1 shadowed-document',
    ]);
  });
});

test.each([
  'import rego.v1\n\nallow if input.a',
  'import data.a\n\nallow if a.b(input)',
  'import data.a\n\nallow if input.x with data.y as a',
  'import data.a\n\ndeny contains $"{a.x} no"',
  'allow if {\n\tx := input.a\n\t[1 | x]\n}',
  'allow if {\n\tx := input.a\n\tnot f(x)\n}\n\nf(_) := true',
  'deny contains msg if {\n\tmsg := "a"\n}',
  'xs[x] := y if {\n\tx := 1\n\ty := 2\n}',
  'allow if {\n\tsome k, v in input\n\tinput.x\n}',
  'allow if every k, v in input { input.x }',
  'f(x) := 1 if input.a else := x',
  'f(x, x) := 1',
  'default f(x) := 1\n\nf(x) := x if x > 1',
  'allow if {\n\t_ := input.a\n}',
  're_match(a, b) := [a, b]\n\nallow if re_match(1, 2)',
])('it finds nothing in %j', (text) => {
  expect(said(text)).toEqual([]);
});

test('a text that does not parse has no problems of this kind', () => {
  expect(said('allow if {')).toEqual([]);
});
