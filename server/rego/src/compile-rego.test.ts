import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';

function problemsOf(text: string, file = 'a.rego') {
  const compiled = compileRego({ modules: { [file]: text }, entrypoints: ['a'] });
  return compiled.ok
    ? []
    : compiled.error.map(({ code, row, column, message }) => [code, row, column, message]);
}

const UNSAFE = (name: string) =>
  `The variable "${name}" never gets a value here; assign it, iterate over something with it, or ` +
  'check the spelling.';

describe('compiling reports what is wrong, where, and what to do', () => {
  test.each([
    ['p if { x > 1 }', 'unsafe-variable', 2, 8, UNSAFE('x')],
    ['p if { not q[x] }\nq := {1}', 'unsafe-variable', 2, 14, UNSAFE('x')],
    ['p contains x if { true }', 'unsafe-variable', 2, 12, UNSAFE('x')],
    ['p if { y := count([z | z > 1]) }', 'unsafe-variable', 2, 24, UNSAFE('z')],
    ['f(x) := y', 'unsafe-variable', 2, 9, UNSAFE('y')],
    [
      'p := strtswith("a", "b")',
      'unknown-builtin',
      2,
      6,
      'There is no builtin strtswith. Did you mean startswith?',
    ],
    [
      'p := frobnicate(1)',
      'unknown-builtin',
      2,
      6,
      'There is no builtin frobnicate. Define it as a rule, or use another builtin.',
    ],
    [
      'p := data.b.f(1)',
      'unknown-function',
      2,
      6,
      'No function data.b.f is defined; check the name and the package it is in.',
    ],
    [
      'p := http.send({})',
      'refused-builtin',
      2,
      6,
      'The builtin http.send is refused: it talks to the network, and a policy ' +
        'must answer from its input alone.',
    ],
    [
      'p := opa.runtime()',
      'refused-builtin',
      2,
      6,
      'The builtin opa.runtime is refused: it reveals the machine that ' +
        'decides, and a policy must answer from its input alone.',
    ],
    ['p := count([1], 2, 3)', 'arity', 2, 6, 'count takes 1 argument, but 3 are given.'],
    ['f(x) := x\np := f(1, 2, 3)', 'arity', 3, 6, 'data.a.f takes 1 argument, but 3 are given.'],
    [
      'p if q\nq if p',
      'recursion',
      2,
      1,
      'A rule depends on itself: a.p -> a.q -> a.p. Break the circle; Rego has no recursion.',
    ],
    [
      'f(x) := f(x)',
      'recursion',
      2,
      1,
      'A rule depends on itself: a.f -> a.f. Break the circle; Rego has no recursion.',
    ],
    [
      'p := 1\np contains 2',
      'conflict',
      3,
      1,
      'a.p is a set here but a single value at a.rego:2:1; use one form for all its definitions.',
    ],
    [
      'p := 1\np.q := 2',
      'conflict',
      3,
      1,
      'a.p has a value of its own at a.rego:2:1, so no rule can be below it; rename one of them.',
    ],
    [
      'default p := 1\ndefault p := 2',
      'conflict',
      3,
      1,
      'a.p has more than one default; keep one.',
    ],
    [
      'f(x) := 1\nf(x, y) := 2',
      'conflict',
      3,
      1,
      'The function a.f has 1 arguments at a.rego:2:1; give it the same number ' +
        'here, or another name.',
    ],
    [
      'p if { x := 1; x := 2 }',
      'redeclared',
      2,
      16,
      '"x" is already declared above in this body; choose another name.',
    ],
    [
      'p if { input := 1 }',
      'redeclared',
      2,
      8,
      '"input" cannot be a variable; choose another name.',
    ],
    [
      'p if { x := 1; y := x; x := 2 }',
      'redeclared',
      2,
      24,
      '"x" is already declared above in this body; choose another name.',
    ],
    [
      'p if { x > 0; x := 2 }',
      'redeclared',
      2,
      15,
      '"x" is already used above in this body; choose another name.',
    ],
    [
      'f(x) := 1 if { x := 2 }',
      'redeclared',
      2,
      16,
      '"x" is already an argument; choose another name.',
    ],
    [
      'p if { 1 == 1 with f() as 2 }',
      'type-error',
      2,
      20,
      'Only input, data and functions with fixed names can be replaced by "with".',
    ],
  ])('%j', (text, code, row, column, message) => {
    expect(problemsOf(`package a\n${text}`)).toEqual([[code, row, column, message]]);
  });

  test.each([
    [
      'q.x := 1\np if { 1 == 1 with data.a.q.x.y as 2 }',
      3,
      '"with" cannot replace a part of the rule data.a.q.x; replace the whole rule.',
    ],
  ])('%j is refused', (text, row, message) => {
    expect(problemsOf(`package a\n${text}`)).toEqual([['type-error', row, 20, message]]);
  });

  test.each([
    ['a long sum', `p := ${Array(30_000).fill('input.x').join(' + ')}`],
    ['a long body', `p if { ${Array(8_000).fill('input.x == 1').join('; ')} }`],
    ['a long array', `p := [${Array(20_000).fill('input.x').join(', ')}]`],
  ])('%s is refused, not a crash', (_, text) => {
    const message = 'An expression or a body is too long to compile; split it into several rules.';
    expect(problemsOf(`package a\n${text}`)).toEqual([['too-large', 1, 1, message]]);
  });

  test.each([
    ['p := 1 + "a"', 2, 10, 'Argument 2 of + must be of type number, not string.'],
    [
      'p := count(7)',
      2,
      12,
      'Argument 1 of count must be of type array or object or set or string, not number.',
    ],
    [
      'p := concat(",", {x: 1 | x := "a"})',
      2,
      18,
      'Argument 2 of concat must be of type ' +
        'array[string] or set[string], not object<[string]: number>.',
    ],
  ])('%j has an argument of a wrong type', (text, row, column, message) => {
    expect(problemsOf(`package a\n${text}`)).toEqual([['type-error', row, column, message]]);
  });

  test('problems of several files come together, in order', () => {
    const compiled = compileRego({
      modules: { 'b.rego': 'package b\np := nope(1)', 'a.rego': 'package a\np := nope(1)\nq if r' },
      entrypoints: [],
    });
    const places = compiled.ok ? [] : compiled.error.map(({ file, row }) => `${file}:${row}`);
    expect(places).toEqual(['a.rego:2', 'a.rego:3', 'b.rego:2']);
  });
});

describe('what a compiled policy reports about itself', () => {
  test('it lists the parts of the input that its entrypoints can look at', () => {
    const text = `package a
import input.resource as r
allow if { r.memory_gb < 64; helper }
helper if input.subject[input.key] == input.list[0]
other if input.never`;
    const compiled = compileRego({ modules: { a: text }, entrypoints: ['a/allow'] });
    expect(compiled.ok && compiled.value.inputReferences).toEqual([
      { path: ['key'], complete: true },
      { path: ['list', '0'], complete: true },
      { path: ['resource', 'memory_gb'], complete: true },
      { path: ['subject'], complete: false },
    ]);
  });

  test('the same text gives the same bytes', () => {
    const options = { modules: { a: 'package a\np := {"x": [1.5, "y"]}' }, entrypoints: ['a/p'] };
    expect(compileRego(options)).toEqual(compileRego(options));
  });
});

test('a module grows in proportion to its rules', () => {
  const compileRules = (length: number) => {
    const rules = Array.from(
      { length },
      (_, index) => `allow if { input.user == "user${index}"; input.action in {"read", "list"} }`,
    );
    const compiled = compileRego({
      modules: { a: `package a\ndefault allow := false\n${rules.join('\n')}` },
      entrypoints: ['a/allow'],
    });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return compiled.value.wasm;
  };
  const [none, half, whole] = [compileRules(0), compileRules(250), compileRules(500)] as const;
  expect(whole.length - none.length).toBeLessThan(2.2 * (half.length - none.length));
  const policy = loadPolicy(whole);
  expect(policy.evaluate({ user: 'user499', action: 'read' })).toEqual([true]);
  expect(policy.evaluate({ user: 'user500', action: 'read' })).toEqual([false]);
});

describe('compiling any text', () => {
  const VALID = `package a
import rego.v1
default allow := false
allow if { some i, role in input.roles; role.name == "admin"; not denied[i] }
denied contains i if { some i; input.list[i].x > count([y | y := input.ys[_]]) }
obj[k] := v if { some k, v in {"a": 1}; every x in [1, 2] { x > 0 } }
f(x, [y, z]) := sprintf("%v-%d", [x, y + z]) if { walk(x, [p, v]); p == [] }
w := r if { r := f(1, [2, 3]) with input.a as 2 with data.b as {} } else := {1, 2} & {2}
`;
  test('never throws on mutations of a valid policy', () => {
    const cut = fc.tuple(
      fc.nat(VALID.length),
      fc.nat(12),
      fc.constantFrom('', '[', '}', 'x', ' not ', '.', ':=', '\n'),
    );
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        const text = cuts.reduce(
          (all, [at, length, put]) => all.slice(0, at) + put + all.slice(at + length),
          VALID,
        );
        const compiled = compileRego({ modules: { a: text }, entrypoints: ['a'] });
        if (compiled.ok) loadPolicy(compiled.value.wasm);
      }),
    );
  });
});
