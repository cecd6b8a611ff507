import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { evaluateRego } from './evaluate-query.ts';

function resultOf(modules: string | readonly string[], input?: unknown, data?: unknown): unknown {
  const texts = typeof modules === 'string' ? [modules] : modules;
  const result = evaluateRego({
    modules: Object.fromEntries(texts.map((text, at) => [`m${at}`, `package t\n${text}`])),
    query: 'data.t.p = x',
    input,
    data,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.map(({ x }) => x);
}

const INPUT = { role: 'admin', xs: [3, 1, 2], o: { a: 1, b: { c: [true] } }, none: null };

describe('the language', () => {
  test.each([
    ['a constant', 'p := {"a": [1, 2.5, null]}', [{ a: [1, 2.5, null] }]],
    ['a value of the input', 'p := input.o.b.c[0]', [true]],
    ['an undefined value', 'p := input.nope', []],
    ['a null is a value', 'p := input.none', [null]],
    ['false is no truth', 'p if false', []],
    ['a default', 'default p := 7\np := 1 if input.nope', [7]],
    ['an else', 'p := 1 if { input.nope } else := 2 if { input.role == "x" } else := 3', [3]],
    ['a set', 'p contains x if some x in input.xs', [[1, 2, 3]]],
    ['an empty set', 'p contains x if { some x in input.xs; x > 5 }', [[]]],
    ['an object', 'p[k] := v + 1 if some k, v in {"a": 1, "b": 2}', [{ a: 2, b: 3 }]],
    [
      'a nested object',
      'p[k][j] := 1 if { some k in ["a"]; some j in ["x", "y"] }',
      [{ a: { x: 1, y: 1 } }],
    ],
    [
      'sets in an object',
      'p[k] contains v if { some k in ["a"]; some v in [2, 1] }',
      [{ a: [1, 2] }],
    ],
    [
      'sets at the leaves of heads beside values',
      'p.a.b contains 1\np.a.b contains 2\np.c := 3\np[k].d contains k if k := "e"',
      [{ a: { b: [1, 2] }, c: 3, e: { d: ['e'] } }],
    ],
    [
      'sets of fixed and of found places grow together',
      'p.a contains 1\np.b contains 9 if false\np[k] contains 2 if some k in ["a", "c"]\nq := p.a',
      [{ a: [1, 2], b: [], c: [2] }],
    ],
    [
      'dotted partial rules beside others',
      'p.a[k] := 1 if some k in ["x"]\np.b := 2\np[k] := 3 if k := "c"',
      [{ a: { x: 1 }, b: 2, c: 3 }],
    ],
    ['a comma after the last argument', 'f(a, b,) := a + b\np := f(1, 2,)', [3]],
    ['fixed parts of a head', 'p.a.b := 1\np.c := 2', [{ a: { b: 1 }, c: 2 }]],
    ['fixed and found parts', 'p.a := 1\np[k] := 2 if k := "b"', [{ a: 1, b: 2 }]],
    ['a function', 'f(x, y) := x + y\np := f(1, f(2, 3))', [6]],
    ['a function by cases', 'f(1) := "one"\nf(2) := "two"\np := [f(1), f(2)]', [['one', 'two']]],
    [
      'a function without value and body',
      'f(1)\nf("a")\np := [x | some x in [1, "a", 2]; f(x)]',
      [[1, 'a']],
    ],
    ['a template among arguments', 'f(x, $"a{x}") := x\np := f(1, "a1")', [1]],
    ['a template with `with`', 'q := input.x\np := $"{q with input.x as 3}{q}"', ['3<undefined>']],
    ['two bodies of a rule', 'p if { input.nope } { input.role == "admin" }', [true]],
    ['two bodies of a set', 'p contains x if { x := 1 } { x := 2 }', [[1, 2]]],
    ['a function of a pattern', 'f([x, {"y": y}]) := x - y\np := f([5, {"y": 3}])', [2]],
    ['a function without result', 'f(x) := 1 if x > 1\np := f(1)', []],
    ['a default function', 'default f(_) := 0\nf(x) := 1 if x > 1\np := f(1)', [0]],
    [
      'comprehensions',
      'p := [[y | y := input.xs[_]], {y | y := input.xs[_]}, {y: 1 | y := "a"}]',
      [[[3, 1, 2], [1, 2, 3], { a: 1 }]],
    ],
    ['every', 'p if every x in input.xs { x > 0 }', [true]],
    ['every that fails', 'p if every x in input.xs { x > 1 }', []],
    ['every over nothing', 'p if every x in [] { x > 1 }', [true]],
    ['every with a key', 'p if every k, v in ["a", "b"] { k < 2; v != "c" }', [true]],
    ['every over no collection', 'p if every x in input.none { x > 1 }', []],
    ['every over a number', 'default p := 1\np := 2 if every x in 42 { x > 1 }', [1]],
    ['every over a text', 'default p := 1\np := 2 if every k, v in "foo" { k != v }', [1]],
    ['every over a rule of no collection', 'q := true\np if every x in q { x }', []],
    ['not every over a number', 'p if not every x in 42 { x > 1 }', [true]],
    ['not', 'p if not input.nope', [true]],
    ['not of something true', 'p if not input.role == "admin"', []],
    ['not over any member', 'p if not 9 in input.xs', [true]],
    [
      'membership',
      'p := [1 in input.xs, 9 in input.xs, "a", 1 in {"a": 1}]',
      [[true, false, 'a', true]],
    ],
    ['membership of keys', 'p if "b", 2 in {"a": 1, "b": 2}', [true]],
    [
      'iteration joins',
      'p contains [i, j] if { input.xs[i] == input.xs[j]; i == j }',
      [
        [
          [0, 0],
          [1, 1],
          [2, 2],
        ],
      ],
    ],
    ['unification', 'p := [x, y] if { [x, "b"] = ["a", y] }', [['a', 'b']]],
    ['unification of objects', 'p := x if { {"a": x, "b": _} = {"a": 1, "b": 2} }', [1]],
    ['an output argument', 'p := n if count(input.xs, n)', [3]],
    ['reordering', 'p := x if { y > x; x = 1; y = 2 }', [1]],
    ['an import', 'import input.o as obj\np := obj.a', [1]],
    ['set operators', 'p := ({1, 2} | {3}) - ({2, 3} & {2})', [[1, 3]]],
    ['precedence', 'p := 1 + 2 * 3 - 4 / 2', [5]],
    ['a negative number', 'p := [-1, 1 - -1, 3-1]', [[-1, 2, 2]]],
    ['a raw string', 'p := `a\\b`', ['a\\b']],
    ['a raw string over lines', 'p := `a\r\nb`', ['a\r\nb']],
    [
      'a template',
      'p := $"{input.role} has {count(input.xs)} of {input.nope}"',
      ['admin has 3 of <undefined>'],
    ],
    ['with on input', 'q := input.a\np := x if x := q with input.a as 5', [5]],
    [
      'with leaves the rest alone',
      'q := input.role\np := [x, q] if x := q with input as {"role": 1}',
      [[1, 'admin']],
    ],
    ['with on a rule', 'q := 1\nr := q + 1\np := x if x := r with data.t.q as 10', [11]],
    [
      'with on all data',
      'q := 1\np := [x, q] if x := data.t.q with data as {"t": {"q": 9}}',
      [[9, 1]],
    ],
    ['with on a package', 'q := 1\np := x if x := data.t.q with data.t as {"q": 5}', [5]],
    [
      'with beside a rule',
      'q := 1\np := x if x := {k | data.t.s[k]} with data.t.s as {"n": 1}',
      [['n']],
    ],
    ['with on a function', 'f(x) := x\ng(x) := x * 10\np := y if y := f(2) with f as g', [20]],
    ['with a value for a builtin', 'p := y if y := count([1]) with count as 5', [5]],
    ['with on time', 'p := y if y := time.now_ns() with time.now_ns as 5', [5]],
    ['walk', 'p contains x if { walk(input.o, [x, true]) }', [[['b', 'c', 0]]]],
    ['a keyword as a name', 'p if { x := {"if": {"in": 1}}; x.if.in == 1 }', [true]],
    ['a set as a key', 'p := {{1}: 2}[{1}]', [2]],
    ['a key of a set', 'p contains {"a", "b"}[x] if x := "a"', [['a']]],
    ['the package as a value', 'q := 1\np := x if { x := data.t.q }', [1]],
    ['print is skipped', 'p if { print("x", input.nope); true }', [true]],
  ])('%s', (_, text, wanted) => {
    expect(resultOf(text, INPUT)).toEqual(wanted);
  });

  test('rules lie over plain data', () => {
    const data = { t: { base: 1 }, other: { list: [{ id: 'a' }] } };
    expect(
      resultOf('q := 2\np := [data.t.base, data.t.q, data.other.list[_].id]', {}, data),
    ).toEqual([[1, 2, 'a']]);
  });

  test('a number in a path of plain data is an index or the text of a key', () => {
    const data = { '2': 'two', list: [1, 2, 3], keys: { '1': { '0': 'x' } } };
    expect(resultOf('p := [data[2], data.list[2], data.keys[1][0]]', {}, data)).toEqual([
      ['two', 3, 'x'],
    ]);
    expect(resultOf('p := data.list[7]', {}, data)).toEqual([]);
  });

  test('a reference into rules may have a part that is only known at evaluation', () => {
    const modules = ['p contains k if { data.t.q[k] == input.want }\nq.a := 1\nq.b := 2'];
    expect(resultOf(modules, { want: 2 })).toEqual([['b']]);
  });

  test('a long chain of rules is evaluated once each', () => {
    const rules = Array.from({ length: 60 }, (_, at) => `q${at + 1} := q${at} + q${at}`);
    expect(resultOf(`q0 := 1\n${rules.join('\n')}\np := q40`)).toEqual([2 ** 40]);
  });
});

describe('variables of closures', () => {
  test.each([
    [
      'are declared by `some` in the body around them, each closure with one of its own',
      'p := [a, b] if {\n some i\n a := [i | input.xs[i] > 1]\n b := {i | input.o[i]}\n}',
      [
        [
          [0, 2],
          ['a', 'b'],
        ],
      ],
    ],
    [
      'are no rules of the same name',
      'i := 1\np := x if { some i; x := [i | input.xs[i]] }',
      [[0, 1, 2]],
    ],
    [
      'are declared for `every`, too',
      'p if { some i; every x in [0] { input.xs[i] > x } }',
      [true],
    ],
    [
      'may be the ones that the head uses',
      'p := [i | input.xs[i]] if { some i; true }',
      [[0, 1, 2]],
    ],
  ])('%s', (_, text, wanted) => {
    expect(resultOf(text, INPUT)).toEqual(wanted);
  });
});

describe('what `some` looks for', () => {
  test.each([
    ['may be a value of the input', 'p if some input.role in ["user", "admin"]', [true]],
    ['may be another value of the input', 'p if some input.role in ["user"]', []],
    ['may be part of a pattern', 'p := k if some [k, input.role] in [[1, "x"], [2, "admin"]]', [2]],
    ['may have variables in brackets', 'p contains k if some input.xs[k] in [3, 2]', [[0, 2]]],
  ])('%s', (_, text, wanted) => {
    expect(resultOf(text, INPUT)).toEqual(wanted);
  });
});

describe('arguments of a function that must be computed', () => {
  test.each([
    ['a template', 'f($"{x} {input.role}") := 42 if x = "an"\np := f("an admin")', [42]],
    ['a call', 'f(concat(" ", [x, input.role])) := 42 if x = "an"\np := f("an admin")', [42]],
    ['a call, for another value', 'f(lower(input.role)) := 42\np := f("user")', []],
    ['a comprehension', 'f([x | x := y]) := 42 if y = "a"\np := f(["a"])', [42]],
    ['a comprehension in a list', 'f([[x | x := y]]) := 42 if y = "a"\np := f([["a"]])', [42]],
    [
      'a comprehension in an object',
      'f({"k": [x | x := y]}) := 1 if y = 2\np := f({"k": [2]})',
      [1],
    ],
    ['none in an else', 'f(lower(input.role)) := 1 if false else := 2\np := f("admin")', [2]],
  ])('%s', (_, text, wanted) => {
    expect(resultOf(text, INPUT)).toEqual(wanted);
  });

  test('are refused where a variable never gets a value', () => {
    expect(() => resultOf('f(concat("", [x])) := x\np := f("a")')).toThrow(
      'The variable \\"x\\" never gets a value here',
    );
  });
});

describe('a text of version 0 that version 1 can parse', () => {
  const versionOf = (text: string) => {
    const modules = { m: `package t\n${text}` };
    const compiled = compileRego({ modules, entrypoints: ['t/p'] });
    return compiled.ok ? compiled.value.regoVersion : compiled.error[0]?.code;
  };

  test.each([
    ['a variable named input', 'p if { input := {"a": 1}; input.a == 1 }', 'redeclared'],
    ['an import twice', 'import data.a.x\nimport data.b.x\np if true', 'duplicate-import'],
  ])('is read as version 0 for %s', (_, text, refusal) => {
    expect(versionOf(`import future.keywords.if\n${text}`)).toBe('v0');
    expect(versionOf(`import rego.v1\n${text}`)).toBe(refusal);
  });
});

describe('an evaluation stops', () => {
  test.each([
    [
      'two values of one rule',
      'p := 1 if input.a\np := 2 if input.a',
      'eval_conflict_error',
      'data.t.p has more than one value',
    ],
    [
      'two values of a function',
      'f(x) := x\nf(x) := x + 1\np := f(1)',
      'eval_conflict_error',
      'data.t.f has more than one value',
    ],
    [
      'two values of a key',
      'p[k] := v if { some v in [1, 2]; k := "a" }',
      'eval_conflict_error',
      'data.t.p has one key with different values',
    ],
    [
      'two values in a comprehension',
      'p := {"a": v | some v in [1, 2]}',
      'eval_conflict_error',
      'an object comprehension at row 2 has a key twice, with different values',
    ],
  ])('for %s', (_, text, code, message) => {
    try {
      resultOf(text, { a: true });
      throw new Error('It did not stop.');
    } catch (cause) {
      if (!(cause instanceof EvaluationError)) throw cause;
      expect([cause.code, cause.message]).toEqual([code, message]);
    }
  });

  test('but not for the same value twice', () => {
    expect(resultOf('p := 1 if input.a\np := 1 if input.b', { a: true, b: true })).toEqual([1]);
  });
});
