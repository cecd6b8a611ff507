// Every problem of every stage is reported at once, and none that only follows from another.
import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';

function problemsOf(modules: Readonly<Record<string, string>>): readonly string[] {
  const compiled = compileRego({ modules, entrypoints: [] });
  if (compiled.ok) return [];
  return compiled.error.map(({ file, row, code }) => `${file}:${row} ${code}`);
}

const UNPARSED = 'package a\n\nbroken(x) := [x\n\nfine := 1\n';

describe('problems of all stages', () => {
  test('of one text are reported together', () => {
    const text = `package a

broken(x) if { x ==

unknown := coutn([])

unsafe if x > 1

never if { y := {"a": 1}; y.b }

both := 1

both(x) := x

circle if circle

fine := 1
`;
    expect(problemsOf({ a: text })).toEqual([
      'a:5 unknown-builtin',
      'a:7 parse-error',
      'a:7 unsafe-variable',
      'a:9 type-error',
      'a:13 conflict',
      'a:15 recursion',
    ]);
  });

  test('of several texts are reported together', () => {
    expect(
      problemsOf({
        a: UNPARSED,
        b: 'package b\n\nallow if 1 +\n',
        c: 'package c\n\nallow if x > 1\n',
        d: 'package d\n\nallow if 1 == "1"\n',
      }),
    ).toEqual(['a:5 parse-error', 'b:4 parse-error', 'c:3 unsafe-variable', 'd:3 type-error']);
  });
});

describe('what could not be parsed', () => {
  const PARSED = 'a:5 parse-error';

  test.each([
    ['a function', 'allow if broken(1)'],
    ['a rule', 'allow if broken'],
    ['a function that is called by its whole name', 'allow if data.a.broken(1)'],
    ['a value of any type', 'allow if { broken(1) == "a"; broken.b == 1 }'],
    ['the target of a with', 'allow if fine == 1 with data.a.broken as 2'],
  ])('may be %s', (_what, text) => {
    expect(problemsOf({ a: UNPARSED, b: `package a\n\n${text}\n` })).toEqual([PARSED]);
  });

  test('may be an import', () => {
    const text = 'package b\n\nimport foo.bar\n\nallow if bar.x == 1\n\ndeny if bar.f(2)\n';
    expect(problemsOf({ b: text })).toEqual(['b:3 parse-error']);
  });

  test('leaves nothing to say of other texts of its package where it cannot be lexed', () => {
    const torn = 'package a\n\nx := "\n';
    const same = 'package a\n\nallow if { y; f(1) }\n';
    const other = 'package b\n\nallow if data.a.f(1)\n\ndeny if z\n';
    expect(problemsOf({ a: torn, b: same, c: other })).toEqual([
      'a:3 parse-error',
      'c:5 unsafe-variable',
    ]);
  });

  test('leaves nothing to say of other texts where its package is not known', () => {
    const problems = problemsOf({ a: 'pakage a\n', b: 'package b\n\nallow if data.a.f(y)\n' });
    expect(problems).toEqual(['a:1 parse-error']);
  });
});

describe('a rule with a problem', () => {
  test.each([
    ['whose definitions contradict', 'f := 1\n\nf(x) := x\n\nallow if f(1) == 2', ['a:5 conflict']],
    [
      'with two numbers of arguments',
      'f(x) := x\n\nf(x, y) := x\n\nallow if f(1, 2)',
      ['a:5 conflict'],
    ],
    ['of unknown type', 'f := coutn([])\n\nallow if f.a.b == 1', ['a:3 unknown-builtin']],
    ['that is unsafe', 'f contains x\n\nallow if f[_] == 1', ['a:3 unsafe-variable']],
  ])('%s is the only one that is reported', (_what, text, problems) => {
    expect(problemsOf({ a: `package a\n\n${text}\n` })).toEqual(problems);
  });
});
