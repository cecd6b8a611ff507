// What programs ask of texts besides an answer: dependencies, contents, trees, sessions.

import { describe, expect, test } from '@jest/globals';
import { compileQuery } from './compile-query.ts';
import { depsRego } from './deps-rego.ts';
import { inspectRego } from './inspect-rego.ts';
import { parseTree } from './parse-tree.ts';
import { EMPTY_SESSION, isOpen, namesKnown, runStatement } from './repl-session.ts';

const MODULES = {
  'a.rego': `package a

import data.b as other

p if f(input.x)

f(x) if x > data.limits.max

q contains y if {
	some y in input.list
	not other.r
	count([z | z := input.deep[_].name]) > 0
}

s if p with input.x as data.cfg.x

t if data.b

u := data.limits[input.kind]
`,
  'b.rego': 'package b\n\nr if input.r\n\nn if input.n\n',
};

describe('dependencies', () => {
  test.each([
    ['data.a.p', ['data.limits.max', 'input.x'], ['data.a.f', 'data.a.p']],
    ['data.a.q', ['input.deep', 'input.list', 'input.r'], ['data.a.q', 'data.b.r']],
    [
      'data.a.s',
      ['data.cfg.x', 'data.limits.max', 'input.x'],
      ['data.a.f', 'data.a.p', 'data.a.s'],
    ],
    ['data.a.t', ['input.n', 'input.r'], ['data.a.t', 'data.b.n', 'data.b.r']],
    ['data.a.u', ['data.limits', 'input.kind'], ['data.a.u']],
    ['data.b[x]', ['input.n', 'input.r'], ['data.b.n', 'data.b.r']],
    ['input.q.w; data.none', ['data.none', 'input.q.w'], []],
    ['1 + 1', [], []],
  ])('of %s', (query, base, virtual) => {
    expect(depsRego({ query, modules: MODULES })).toEqual({ ok: true, value: { base, virtual } });
  });

  test.each([
    ['x > 1', 'The variable "x"'],
    ['data.a.f(', 'expected'],
  ])('of a wrong query: %s', (query, words) => {
    const found = depsRego({ query, modules: MODULES });
    expect(JSON.stringify(found)).toContain(words.replaceAll('"', '\\"'));
  });

  test('of rules that depend on themselves are a problem', () => {
    const found = depsRego({ query: 'data.a.p', modules: { 'a.rego': 'package a\n\np if p\n' } });
    expect(found).toMatchObject({ ok: false, error: [{ code: 'recursion', file: 'a.rego' }] });
  });
});

test('contents have every kind of rule, and references with what imports stand for', () => {
  const { inspection, problems } = inspectRego({ modules: { ...MODULES, 'c.rego': '{' } });
  expect(problems.map(({ file }) => file)).toEqual(['c.rego']);
  const [a] = inspection.packages;
  expect(a?.rules.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'p value',
    'f function',
    'q set',
    's value',
    't value',
    'u value',
  ]);
  expect(inspection.inputReferences).toEqual([
    'input.deep',
    'input.kind',
    'input.list',
    'input.n',
    'input.r',
    'input.x',
  ]);
  expect(inspection.dataReferences).toEqual(['data.cfg.x', 'data.limits', 'data.limits.max']);
});

test('a tree has imports of keywords, annotations and comments', () => {
  const text =
    '# METADATA\n# title: A\npackage a\n\nimport rego.v1\n\nimport data.b as c\n\nx := 1.5\n';
  const tree = parseTree(text, { file: 'a.rego' });
  if (!tree.ok) throw new Error('it parses');
  const at = (row: number) => ({ location: { file: 'a.rego', row, col: 1 } });
  expect(tree.value).toMatchObject({
    imports: [
      { path: { value: [{ value: 'rego' }, { type: 'string', value: 'v1' }] }, ...at(5) },
      { path: { value: [{ value: 'data' }, { value: 'b' }] }, alias: 'c', ...at(7) },
    ],
    rules: [{ head: { name: 'x', assign: true, value: { type: 'number', value: 1.5 } } }],
    annotations: [{ scope: 'package', title: 'A', ...at(1) }],
    comments: [
      { text: '# METADATA', ...at(1) },
      { text: '# title: A', ...at(2) },
    ],
  });
});

describe('a query', () => {
  test('that is a term has a value, and others have variables', () => {
    const forms = ['data.a.p', 'x := 1; x > 0', 'input.list[i]'].map((query) => {
      const compiled = compileQuery({ query, modules: MODULES });
      return compiled.ok ? [compiled.value.form, compiled.value.variables] : compiled.error;
    });
    expect(forms).toEqual([
      ['value', []],
      ['conditions', ['x']],
      ['value', ['i']],
    ]);
  });

  test('names its mistakes by its own rows and columns', () => {
    const compiled = compileQuery({ query: '1 == 1; y > 1', modules: {}, names: { a: 'data.a' } });
    expect(compiled).toMatchObject({ ok: false, error: [{ file: 'query', row: 1, column: 9 }] });
  });
});

describe('a session', () => {
  test.each([
    ['allow if {', true],
    ['allow if { true }', false],
    ['x := [1,', true],
    ['x := "[" ', false],
    ['x := `a', true],
    ['x := "a', false],
  ])('%s goes on: %s', (text, expected) => {
    expect(isOpen(text)).toBe(expected);
  });

  test('keeps what it has when a definition does not compile', () => {
    const first = runStatement(EMPTY_SESSION, 'x := 1');
    const second = runStatement(first.state, 'y := x + z');
    expect([second.outcome, second.state]).toEqual(['failed', first.state]);
  });

  test('knows the names of rules, packages and imports', () => {
    const state = { ...EMPTY_SESSION, modules: { 'b.rego': MODULES['b.rego'] } };
    const defined = runStatement(runStatement(state, 'import data.b as c').state, 'x := 1').state;
    expect(namesKnown(defined)).toEqual([
      'c',
      'data.b',
      'data.b.n',
      'data.b.r',
      'data.repl',
      'data.repl.x',
      'x',
    ]);
  });
});
