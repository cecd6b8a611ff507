import { describe, expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';

function problemsOf(text: string): readonly string[] {
  const compiled = compileRego({ modules: { 'a.rego': `package a\n${text}` }, entrypoints: ['a'] });
  if (compiled.ok) return [];
  return compiled.error.map(({ code, row, column, message }) => {
    expect(code).toBe('type-error');
    return `${row}:${column} ${message}`;
  });
}

describe('what can never hold is refused', () => {
  test.each([
    ['p if { 1 == "a" }', '2:8 These can never be equal: number on the left, string on the right.'],
    [
      'p if { x := 1; not x == null }',
      '2:20 These can never be equal: number on the left, null on the right.',
    ],
    [
      'p if { [x, 1] = [true, "a"] }',
      '2:8 These can never be equal: array<boolean, number> on the left, array<boolean, ' +
        'string> on the right.',
    ],
    [
      'p if { [_, _] = [1] }',
      '2:8 These can never be equal: array<any, any> on the left, array<number> on the right.',
    ],
    [
      'p if { {"a": _} = {"a": 1, "b": 2} }',
      '2:8 These can never be equal: object<a: number> on the left, object<a: number, b: ' +
        'number> on the right.',
    ],
    [
      'p if { {"a": 1} == {"b": 1} }',
      '2:8 These can never be equal: object<a: number> on the left, object<b: number> on ' +
        'the right.',
    ],
    [
      'p if { {1, 2} == {"a"} }',
      '2:8 These can never be equal: set<number> on the left, set<string> on the right.',
    ],
    [
      'q contains "a"\np if { some x in q; x == 1 }',
      '3:21 These can never be equal: string on the left, number on the right.',
    ],
    [
      'q := 1\nq := "a" if input.x\np if q == true',
      '4:6 These can never be equal: number or string on the left, boolean on the right.',
    ],
    [
      'p := [y | y := 1; y == "a"]',
      '2:19 These can never be equal: number on the left, string on the right.',
    ],
    ['p if { some x in 1 }', '2:8 There is nothing to iterate over: this is of type number.'],
    [
      'p if { some [_, _] in [[1, 2, 3]] }',
      '2:8 Nothing in array<array<number, number, number>> can match this.',
    ],
  ])('%s', (text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });
});

describe('a reference into what is known is followed', () => {
  test.each([
    [
      'q := {"a": {"b c": 1}}\np := q.a.c',
      '3:6 data.a.q.a.c is never defined: data.a.q.a is of type object<"b c": number>, ' +
        'it has "b c".',
    ],
    [
      'q := [1, 2]\np := q.name',
      '3:6 data.a.q.name is never defined: data.a.q is of type array<number, number>, ' +
        'its keys are of type number.',
    ],
    [
      'q := [1, 2]\np := q[2]',
      '3:6 data.a.q[2] is never defined: data.a.q is of type array<number, number>, its ' +
        'keys are of type number.',
    ],
    [
      'q contains "a"\np if q[1]',
      '3:6 data.a.q[1] is never defined: data.a.q is of type set[string], its members ' +
        'are of type string.',
    ],
    [
      'q[k] := v if some k, v in {"a": 1}\np := q.a.b',
      '3:6 data.a.q.a.b is never defined: data.a.q.a is of type number.',
    ],
    [
      'q[k][j] := 1 if { some k in ["a"]; some j in [2] }\np := q.a.b',
      '3:6 data.a.q.a.b is never defined: data.a.q.a is of type object<[number]: ' +
        'number>, its keys are of type number.',
    ],
    [
      'p if { xs := [{"a": 1}]; some i; xs[i].b }',
      '2:34 xs[i].b is never defined: xs[i] is of type object<a: number>, it has a.',
    ],
    ['p if { x := 1; x.a.b }', '2:16 x.a is never defined: x is of type number.'],
    [
      'p if { k := true; {"a": 1}[k] }',
      '2:19 {"a": 1}[k] is never defined: {"a": 1} is of type object<a: number>, it has a.',
    ],
    [
      'f(x) := {"r": x}\np := y if { y := f(1); y.s }',
      '3:24 y.s is never defined: y is of type object<r: any>, it has r.',
    ],
  ])('%s', (text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });
});

describe('a call is given what it takes', () => {
  test.each([
    ['q := {"n": "x"}\np := q.n + 1', '3:6 Argument 1 of + must be of type number, not string.'],
    ['p := upper(count([]))', '2:12 Argument 1 of upper must be of type string, not number.'],
    [
      'p := sum([1, "2"])',
      '2:10 Argument 1 of sum must be of type array[number] or set[number], not ' +
        'array<number, string>.',
    ],
    [
      'p if startswith(input.x, input.y + 1)',
      '2:26 Argument 2 of startswith must be of type string, not number.',
    ],
    [
      'f(1) := 1\nf("a") := 2\np := f(null)',
      '4:8 Argument 1 of data.a.f must be of type number or string, not null.',
    ],
    [
      'f([x, y]) := [y, x]\np := f([1, 2, 3])',
      '3:8 Argument 1 of data.a.f must be of type array<any, any>, not array<number, ' +
        'number, number>.',
    ],
  ])('%s', (text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });
});

describe('what may hold is not refused', () => {
  test.each([
    ['nothing is known of input and data', 'p if { input.x == 1; input.x == "a"; data.y.z.t }'],
    ['nor of what is parsed', 'p := json.unmarshal(input.text).a.b + 1'],
    ['a rule with several types', 'q := 1\nq := "a" if input.x\np if q == "a"\nr := q + 1'],
    [
      'empty collections have members of every type',
      'p if { [] == [x | x := "a"]; {1 | input.a} == {"b" | input.b} }',
    ],
    [
      'a part that one of several types has',
      'xs := [{"a": 1}, [2], null]\np if { some x in xs; x.a }',
    ],
    [
      'rules of different depths',
      'q[k] := {"x": 1} if some k in ["a"]\nq[k].y := 2 if some k in ["a"]\np := q.a.y',
    ],
    ['rules with fixed parts beside others', 'q.a.b := 1\nq[k] := "c" if k := input.k\np := q.z.y'],
    [
      'sets that grow in one document',
      'q[k] contains 1 if k := "a"\nq[k] contains "x" if k := "a"\np if q.a == {1, "x"}',
    ],
    ['a value that == has', 'p := 1 == "a"'],
    ['keys that appear twice', 'p := {"a": 1, "a": input.x}.a.b'],
    ['more types than are distinguished', `q := ${nest(40)}\np := q[1][1][1][1][1].a`],
  ])('%s', (_why, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['a rule', 'q := 1\np if q == "a"\ntest_p if p with q as "a"'],
    ['a package', 'q := 1\np if q == "a"\ntest_p if p with data.a as {"q": "a"}'],
    ['a function', 'f(x) := 1 if x == 1\np if f("b") == "a"\ntest_p if p with f as "a"'],
    ['a builtin', 'p if count(1) == "a"\ng(x) := "a"\ntest_p if p with count as g'],
  ])('because "with" may put anything in the place of %s', (_what, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

function nest(count: number): string {
  return Array.from({ length: count }).reduce<string>((text) => `[1, ${text}]`, '"a"');
}

test('one mistake is reported once, and everything else that is wrong too', () => {
  expect(problemsOf('p if { x := [1]; y := x.a.b; y.c == 1 }\nq if p.x\nr := 1 + null')).toEqual([
    '2:23 x.a is never defined: x is of type array<number>, its keys are of type number.',
    '3:6 data.a.p.x is never defined: data.a.p is of type boolean.',
    '4:10 Argument 2 of + must be of type number, not null.',
  ]);
});
