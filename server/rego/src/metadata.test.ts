import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { evaluateRego } from './evaluate-query.ts';

function answerOf(modules: readonly string[], query: string, input?: unknown): unknown {
  const texts = Object.fromEntries(modules.map((text, at) => [`m${at}`, text]));
  const result = evaluateRego({ modules: texts, query: `x := ${query}`, input });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

const ABOVE = `# METADATA
# scope: subpackages
# organizations: [Ours]
package a
`;

const MODULE = `# METADATA
# title: The package
package a.b

# METADATA
# scope: document
# description: All of p
# custom: {severity: 3}

# METADATA
# title: One case
# authors:
# - Ann Example <ann@example.com>
# - name: Bo
# related_resources:
# - https://example.com
# - {ref: https://example.com/b, description: more}
# schemas:
# - input: schema.request
# - input.a: {type: number}
p contains rego.metadata.rule().title

p contains count(rego.metadata.chain())

chain := c if { c := rego.metadata.chain() }

# METADATA
# title: One case
# authors: [Ann Example <ann@example.com>, {name: Bo}]
# related_resources: [https://example.com, {ref: https://example.com/b, description: more}]
# schemas: [{input: schema.request}, {input.a: {type: number}}]
# entrypoint: false
own := rego.metadata.rule()

# METADATA
# title: Outer
inside := [t | some link in rego.metadata.chain(); t := link.annotations.title]
`;

describe('a rule can read its own annotations', () => {
  test('from its own to those of the packages above', () => {
    const all = [ABOVE, MODULE];
    expect(answerOf(all, 'data.a.b.p')).toEqual([4, 'One case']);
    expect(answerOf(all, 'data.a.b.chain')).toEqual([
      { path: ['a', 'b', 'chain'] },
      { path: ['a', 'b'], annotations: { scope: 'package', title: 'The package' } },
      { path: ['a'], annotations: { scope: 'subpackages', organizations: ['Ours'] } },
    ]);
    expect(answerOf(all, 'data.a.b.inside')).toEqual(['Outer', 'The package']);
  });

  test('with members in one form, however they are written', () => {
    expect(answerOf([MODULE], 'data.a.b.own')).toEqual({
      scope: 'rule',
      title: 'One case',
      authors: [{ name: 'Ann Example', email: 'ann@example.com' }, { name: 'Bo' }],
      related_resources: [
        { ref: 'https://example.com' },
        { ref: 'https://example.com/b', description: 'more' },
      ],
      schemas: [
        { path: ['input'], schema: ['schema', 'request'] },
        { path: ['input', 'a'], definition: { type: 'number' } },
      ],
    });
    expect(answerOf(['package a\nq := rego.metadata.rule()'], 'data.a.q')).toEqual({});
    expect(answerOf([], 'count(rego.metadata.chain())')).toBe(1);
  });

  test('and an annotation that is not a mapping is reported at the place where it is read', () => {
    const text = 'package a\n# METADATA\n# - no\np := 1\nq := rego.metadata.rule()';
    const compiled = compileRego({ modules: { 'a.rego': text }, entrypoints: ['a/q'] });
    expect(compiled.ok ? [] : compiled.error).toEqual([
      expect.objectContaining({ code: 'bad-annotation', file: 'a.rego', row: 2 }),
    ]);
    const silent = { 'a.rego': text.replace('rego.metadata.rule()', '2') };
    expect(compileRego({ modules: silent, entrypoints: ['a/q'] }).ok).toBe(true);
  });
});

describe('a policy can read the syntax tree of a text', () => {
  const tree = (text: string, path: string) =>
    answerOf([], `rego.parse_module("x.rego", input).${path}`, text);
  const variable = (value: string) => ({ type: 'var', value });
  const name = (value: string) => ({ type: 'ref', value: [variable(value)] });

  test('with packages, imports and heads', () => {
    const text = 'package a.b\nimport data.c as d\np := 1\nq[x] contains y if { y := x }\n';
    expect(tree(text, 'package')).toEqual({
      path: [variable('data'), { type: 'string', value: 'a' }, { type: 'string', value: 'b' }],
    });
    expect(tree(text, 'imports')).toEqual([
      {
        path: { type: 'ref', value: [variable('data'), { type: 'string', value: 'c' }] },
        alias: 'd',
      },
    ]);
    expect(tree(text, 'rules[0]')).toEqual({
      head: { name: 'p', ref: [variable('p')], assign: true, value: { type: 'number', value: 1 } },
      body: [{ index: 0, terms: { type: 'boolean', value: true } }],
    });
    expect(tree(text, 'rules[1].head')).toEqual({
      ref: [variable('q'), variable('x')],
      key: variable('y'),
    });
  });

  test.each([
    ['x == 1', [name('equal'), variable('x'), { type: 'number', value: 1 }]],
    [
      'f.g(null)',
      [
        { type: 'ref', value: [variable('f'), { type: 'string', value: 'g' }] },
        { type: 'null', value: {} },
      ],
    ],
    ['some x', { symbols: [variable('x')] }],
    [
      '[x, {"a"}, {"k": true}]',
      {
        type: 'array',
        value: [
          variable('x'),
          { type: 'set', value: [{ type: 'string', value: 'a' }] },
          {
            type: 'object',
            value: [
              [
                { type: 'string', value: 'k' },
                { type: 'boolean', value: true },
              ],
            ],
          },
        ],
      },
    ],
    [
      '{k: 1 | k = "a"}',
      {
        type: 'objectcomprehension',
        value: {
          key: variable('k'),
          value: { type: 'number', value: 1 },
          body: [{ index: 0, terms: [name('eq'), variable('k'), { type: 'string', value: 'a' }] }],
        },
      },
    ],
  ])('with the terms of %s', (line, terms) => {
    expect(tree(`package a\np if { ${line} }`, 'rules[0].body[0].terms')).toEqual(terms);
  });

  test('with what changes a line', () => {
    const text =
      'package a\ndefault p := 1\np := 2 if { not q with input as 1 } else := 3\n' +
      'q if { every k, v in [1] { v } }\nr if { some x in [1] }\ns := $"a{input}"';
    expect(tree(text, 'rules[0].default')).toBe(true);
    expect(tree(text, 'rules[1].body[0].negated')).toBe(true);
    expect(tree(text, 'rules[1].body[0].with[0].target')).toEqual(variable('input'));
    expect(tree(text, 'rules[1].else.head.value.value')).toBe(3);
    expect(tree(text, 'rules[2].body[0].terms.key')).toEqual(variable('k'));
    expect(tree(text, 'rules[3].body[0].terms.symbols[0].value[0]')).toMatchObject({ type: 'ref' });
    expect(tree(text, 'rules[4].head.value.value.parts[1]')).toEqual(variable('input'));
  });

  test('and a text that is none has no tree', () => {
    expect(tree('package a.', 'package')).toBeUndefined();
    const query = 'rego.parse_module("x.rego", input)';
    expect(() =>
      evaluateRego({ modules: {}, query, input: 'package a\np :=', builtinErrors: 'fail' }),
    ).toThrow('rego.parse_module: rego_parse_error: x.rego:2: ');
  });
});
