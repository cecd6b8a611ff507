// Where the levels of the language differ in a text, and for which rules.

import { describe, expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';
import { loadPolicy } from '../evaluate-rego.ts';
import type { RegoLevel } from '../syntax/ast.ts';

const HEADER = `package a

blocked(x) if x == "eve"

default sure(_) := false

names contains name if some name in input.names

default owner := "ann"

owner := input.owner

maybe := input.maybe
`;

function changesOf(text: string, level: RegoLevel = 1) {
  const modules = { m: `${HEADER}${text}` };
  const compiled = compileRego({ modules, entrypoints: ['a/allow', 'a/deny'], level });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

describe('a negation is found', () => {
  test.each([
    ['not blocked(input.x)', ['input.x']],
    ['not startswith(input.x, "a")', ['input.x']],
    ['not input.x > 1', ['input.x']],
    ['not "a" in input.x', ['input.x']],
    ['not blocked(lower(input.x))', ['input.x']],
    ['not count(input.x) == 1', ['input.x']],
    ['not input.map[input.x]', ['input.x']],
    ['not blocked(maybe)', ['maybe']],
    ['not blocked(data.a.maybe)', ['data.a.maybe']],
    ['not blocked(input["a-b"][0])', ['input["a-b"][0]']],
    ['some x in input.list\n\tnot blocked(x.name)', ['x.name']],
    ['some x in input.list\n\tnot blocked(lower(x))', ['lower(…)']],
  ])('%s', (body, parts) => {
    const [change, ...more] = changesOf(`allow if {\n\t${body}\n}`).levelChanges;
    expect(more).toEqual([]);
    expect(change).toMatchObject({ file: 'm', column: 2, parts });
    // At each level the same.
    expect(changesOf(`allow if {\n\t${body}\n}`, 2).levelChanges).toEqual([change]);
  });

  test.each([
    'not input.x',
    'not input.x == 1',
    'not input.x = 1',
    'not maybe',
    'not data.a.maybe',
    'not blocked("ann")',
    'not blocked(owner)',
    'not sure("a")',
    'not "a" in names',
    'not names["a"]',
    'not count(names) > 0',
    'not [x | some x in input.list] == []',
    'some x in input.list\n\tnot blocked(x)',
    'some x in input.list\n\tnot x > 1',
    'not $"{input.x}" == "a"',
    'is_string(input.x)\n\tnot blocked(input.x)',
    'not blocked(input.x)\n\tmessage := concat("", [input.x])\n\tmessage',
    'input.x\n\tcount([1 | not blocked(input.x)]) == 0',
  ])('%s is not: it means the same', (body) => {
    expect(changesOf(`allow if {\n\t${body}\n}`).levelChanges).toEqual([]);
  });
});

describe('rules that depend on it hold', () => {
  const helper = 'free if not blocked(input.x)\n\n';

  test.each([
    ['its own', 'allow if not blocked(input.x)', { allow: 'less' }],
    ['its own set', 'deny contains "m" if not blocked(input.x)', { deny: 'less' }],
    ['those that use its rule', `${helper}allow if free`, { free: 'less', allow: 'less' }],
    ['those that negate its rule', `${helper}deny if not free`, { free: 'less', deny: 'more' }],
    [
      'those that do both',
      `${helper}allow if free\n\nallow if not free`,
      { free: 'less', allow: 'either' },
    ],
    [
      'those with another value otherwise',
      'allow if not blocked(input.x)\nelse := false',
      { allow: 'either' },
    ],
    [
      'those that count it',
      'free contains 1 if not blocked(input.x)\n\nallow if count(free) == 0',
      { free: 'less', allow: 'either' },
    ],
    [
      'those inside of a list',
      'allow if count([1 | not blocked(input.x)]) == 0',
      { allow: 'either' },
    ],
    [
      'those for every member',
      'allow if every x in [1] { not blocked(input.x) }',
      { allow: 'less' },
    ],
    ['none, where nothing uses it', `${helper}allow if input.y`, { free: 'less' }],
  ])('for %s', (_what, text, rules) => {
    const [change] = changesOf(text).levelChanges;
    const named = Object.entries(rules).map(([name, how]) => [`data.a.${name}`, how]);
    expect(change?.rules).toEqual(Object.fromEntries(named));
  });
});

test('what is not found answers the same at each level, with and without its input', () => {
  const bodies = [
    'not input.x',
    'not input.x == 1',
    'not maybe',
    'not "a" in names',
    'not sure(1)',
  ];
  for (const body of bodies) {
    for (const input of [{}, { x: 1, maybe: true, names: ['a'] }]) {
      const [first, second] = ([1, 2] as const).map((level) =>
        loadPolicy(changesOf(`allow if {\n\t${body}\n}`, level).wasm).evaluate(input, 'a/allow'),
      );
      expect(second).toEqual(first);
    }
  }
});

test('a text with thousands of negations is compiled in seconds', () => {
  const rules = Array.from(
    { length: 1_500 },
    (_, index) => `r${index + 1} if {\n\tr${index >> 1}\n\tnot blocked(input.x)\n}\n`,
  );
  const { levelChanges } = changesOf(`r0 if input.a\n${rules.join('')}`);
  expect(levelChanges).toHaveLength(1_500);
  expect(Object.keys(levelChanges.at(-1)?.rules ?? {})).toEqual(['data.a.r1500']);
}, 60_000);
