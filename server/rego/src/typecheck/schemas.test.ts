import { describe, expect, test } from '@jest/globals';
import { compileRego } from '../compile-rego.ts';

const REQUEST = {
  type: 'object',
  properties: {
    user: { $ref: '#/$defs/user' },
    action: { enum: ['read', 'write'] },
    tags: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    limit: { type: ['integer', 'null'] },
    target: { oneOf: [{ type: 'string' }, { type: 'object', properties: { id: {} } }] },
    anything: {},
  },
  $defs: {
    user: {
      type: 'object',
      properties: { name: { type: 'string' }, boss: { $ref: '#/$defs/user' } },
    },
  },
};

const SCHEMAS = { request: REQUEST, 'a-list': { type: 'array', items: [{}, {}] } };

function problemsOf(text: string, schemas: Readonly<Record<string, unknown>> | undefined) {
  const options = schemas ? { schemas } : {};
  const compiled = compileRego({ modules: { 'a.rego': text }, entrypoints: ['a'], ...options });
  return compiled.ok
    ? []
    : compiled.error.map(({ code, row, message }) => `${row} ${code}: ${message}`);
}

/** A rule of which an annotation says that its input is a request. */
function rule(text: string): string {
  return `package a\n# METADATA\n# schemas:\n#   - input: schema.request\n${text}\n`;
}

describe('a schema says what the input is', () => {
  test.each([
    ['p if input.usr', 'input.usr is never defined; did you mean input.user?'],
    ['p if input.user.boss.boss.nme', 'input.user.boss.boss.nme is never defined'],
    ['p if input.action == 1', 'These can never be equal: string on the left, number on the right'],
    ['p if { some tag in input.tags; tag == 1 }', 'string on the left, number on the right'],
    ['p if input.labels.a + 1 > 2', 'Argument 1 of + must be of type number, not string'],
    ['p if input.limit == "a"', 'null or number on the left, string on the right'],
    ['p if input.target.name', 'input.target.name is never defined'],
  ])('%s', (text, message) => {
    expect(problemsOf(rule(text), SCHEMAS)).toEqual([expect.stringMatching(/^5 type-error: /)]);
    expect(problemsOf(rule(text), SCHEMAS).join()).toContain(message);
    expect(problemsOf(rule(text), undefined)).toEqual([]);
  });

  test.each([
    'p if { input.user == {"name": "ann"}; input.target.id == 1; input.anything.x.y }',
    'p if { input.labels.web == "a"; input.limit + 1 > 2; input.tags[0] == input.action }',
    'p if { input.usr with input as {"usr": 1} }',
  ])('what it allows is not refused: %s', (text) => {
    expect(problemsOf(rule(text), SCHEMAS)).toEqual([]);
  });
});

test('the nearest annotation decides, and parts are put into the whole', () => {
  const text = `# METADATA
# schemas:
#   - input: {type: string}
#   - data.list: schema["a-list"]
package a

# METADATA
# schemas:
#   - input: schema.request
#   - input.extra.depth: {type: number}
p if { input.user.name; input.extra.depth == "a" }

q if { input.user; data.list.x; data.other.x }
`;
  expect(problemsOf(text, SCHEMAS)).toEqual([
    '11 type-error: These can never be equal: number on the left, string on the right.',
    '13 type-error: input.user is never defined: input is of type string.',
    expect.stringContaining('13 type-error: data.list.x is never defined: data.list is of type'),
  ]);
});

test('a schema that is not given is reported with those that are', () => {
  expect(problemsOf(rule('p if input.x'), { other: {} })).toEqual([
    '2 bad-annotation: There is no schema "request"; there are other.',
  ]);
  expect(problemsOf(rule('p if input.x'), {})).toEqual([
    '2 bad-annotation: There is no schema "request"; none is given.',
  ]);
});
