import { describe, expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';
import { loadPolicy } from '../evaluate-rego.ts';

/** Returns the findings in a text. */
function said(text: string, header = 'package p\nimport rego.v1\n') {
  const modules = { 'p.rego': `${header}${text}` };
  const compiled = compileRego({ modules, entrypoints: ['p/x'] });
  const found = compiled.ok ? [] : compiled.error;
  const lines = found.map((each) => `${each.row}:${each.column} ${each.code}: ${each.message}`);
  return { accepted: compiled.ok, lines };
}

const TWO = 'data.p.f takes 1 argument, but 2 are given.';
const fixed = (what: string) =>
  `The value of a default must be fixed, and ${what} is not; write a constant.`;
const variable = 'An argument of a default function must be a variable, each another one.';

describe('a text that OPA refuses is refused', () => {
  test.each([
    [
      'a surplus argument of a builtin',
      'x := count([1], 2)',
      '3:6 arity: count takes 1 argument, but 2 are given.',
    ],
    ['a surplus argument of a rule', 'f(a) := a\nx := f(1, 2)', `4:6 arity: ${TWO}`],
    ['one in a comparison', 'f(a) := a\nx if f(1, 2) == 2', `4:6 arity: ${TWO}`],
    ['one in a collection', 'f(a) := a\nx if count([f(1, 2)]) == 1', `4:13 arity: ${TWO}`],
    ['one that is assigned', 'f(a) := a\nx if {\n\ty := f(1, 2)\n\ty\n}', `5:7 arity: ${TWO}`],
    [
      'a default from the input',
      'default x := input.y',
      `3:14 default-value: ${fixed('a reference')}`,
    ],
    [
      'a default from a rule',
      'default x := {"a": [q]}\nq := 1',
      `3:21 default-value: ${fixed('q')}`,
    ],
    ['a default from a call', 'default x := count([1])', `3:14 default-value: ${fixed('a call')}`],
    ['a default for one argument', 'default f(1) := 2', `3:11 default-value: ${variable}`],
    ['a default for equal arguments', 'default f(a, a) := 2', `3:14 default-value: ${variable}`],
    [
      'an import with the name of another',
      'import data.foo\nimport data.bar as foo\nx := foo',
      '4:1 duplicate-import: The import in line 3 has the name foo as well; ' +
        'remove one of them, or name it with "as".',
    ],
    [
      'a rule named input',
      'input := 1',
      '3:1 shadowed-document: "input" cannot be a rule; choose another name.',
    ],
    [
      'a rule below data',
      'data.x := 1',
      '3:1 shadowed-document: "data" cannot be a rule; choose another name.',
    ],
    [
      'an argument named input',
      'f(input) := 1',
      '3:3 shadowed-document: "input" cannot be an argument; choose another name.',
    ],
    [
      'a builtin of earlier versions',
      'x := re_match("a", "a")',
      '3:6 deprecated-builtin: Version 1 of the language has no builtin re_match; ' +
        'use regex.match instead.',
    ],
    [
      'another one as a condition',
      'x if any([true])',
      '3:6 deprecated-builtin: Version 1 of the language has no builtin any; ' +
        'use "true in xs" instead.',
    ],
  ])('%s', (_what, text, line) => {
    expect(said(text)).toEqual({ accepted: false, lines: [line] });
  });

  test.each([
    'all([true])',
    'cast_array([1])',
    'cast_set([1])',
    'cast_string("a")',
    'cast_boolean(true)',
    'cast_null(null)',
    'cast_object({})',
    'set_diff({1}, {2})',
    'net.cidr_overlap("10.0.0.0/8", "10.1.1.1")',
  ])('so is %s', (call) => {
    expect(said(`x := ${call}`).lines).toEqual([expect.stringContaining('deprecated-builtin')]);
  });
});

describe('what OPA accepts is accepted', () => {
  test.each([
    ['the result as the last argument of an expression', 'f(a) := a\nx if f(1, 1)'],
    ['the same below not', 'f(a) := a\nx if not f(1, 2)'],
    ['the same below with', 'f(a) := a\nx if f(1, 1) with input as 1'],
    ['a default that is a comprehension', 'default x := [y | some y in input.z]'],
    ['a default that is a negative number', 'default x := -1'],
    ['a default function', 'default f(_, _) := 1\nx := f(1, 2)'],
    ['a function of the package named like an earlier builtin', 'any(_) := true\nx := any([true])'],
    [
      'imports with names of their own',
      'import data.foo\nimport data.bar.foo as bar\nx := [foo, bar]',
    ],
  ])('%s', (_what, text) => {
    expect(said(text)).toEqual({ accepted: true, lines: [] });
  });

  test.each([
    ['an earlier builtin in version 0', 'x = re_match("a", "a")'],
    ['a rule named input in version 0', 'input = 1\nx = 1'],
    ['imports of one name in version 0', 'import data.foo\nimport data.bar.foo\nx = foo'],
  ])('%s', (_what, text) => {
    expect(said(`${text}\ny { x }`, 'package p\n')).toEqual({ accepted: true, lines: [] });
  });
});

test('a name of an import and a rule is the import', () => {
  const modules = {
    a: 'package a\nimport rego.v1\nimport data.lib.plan\nplan := 1\nx := plan\n',
    b: 'package lib\nimport rego.v1\nplan := 2\n',
  };
  const compiled = compileRego({ modules, entrypoints: ['a/x'] });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  expect(loadPolicy(compiled.value.wasm).evaluate({})[0]).toBe(2);
});
