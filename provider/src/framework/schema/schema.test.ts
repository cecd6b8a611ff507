import { describe, expect, test } from '@jest/globals';
import { int, list, map, nested, object, string } from './attributes.ts';
import { defineAttribute } from './define-attribute.ts';
import { dataSourceSchema, providerSchema, resourceSchema } from './schema.ts';
import { listOf } from './value-type.ts';

const description = 'For tests.';

describe('schemas', () => {
  test('the wire type follows from the attributes', () => {
    const { type } = resourceSchema({
      description,
      attributes: {
        a: list({ element: listOf(int), optional: true, description }),
        b: object({ fields: { host: string, port: int }, optional: true, description }),
        c: nested({
          nesting: 'map',
          optional: true,
          description,
          attributes: { d: map({ element: string, required: true, description }) },
        }),
      },
    });
    expect(type).toEqual([
      'object',
      {
        a: ['list', ['list', 'number']],
        b: ['object', { host: 'string', port: 'number' }],
        c: ['map', ['object', { d: ['map', 'string'] }]],
      },
    ]);
  });

  test.each([
    { options: {}, says: 'an attribute is required, optional or computed' },
    { options: { required: true, computed: true }, says: 'required excludes' },
    { options: { required: true, default: 'x' }, says: 'only optional attributes have defaults' },
    { options: { optional: true, computed: true, writeOnly: true }, says: 'cannot be computed' },
    { options: { optional: true, useStateForUnknown: true }, says: 'useStateForUnknown' },
    { options: { optional: true, description: ' ' }, says: 'needs a description' },
  ] as const)('impossible attributes throw at once: $says', ({ options, says }) => {
    const define = () => defineAttribute({ kind: 'string' }, { description, ...options });
    expect(define).toThrow(says);
  });

  test('names that Terraform keeps for itself, or cannot read, are refused', () => {
    const count = string({ required: true, description });
    expect(() => resourceSchema({ description, attributes: { count } })).toThrow('own name');
    expect(() => resourceSchema({ description, attributes: { sizeGb: count } })).toThrow('sizeGb');
  });

  test('nested sets and providers compute nothing, data sources have no secrets', () => {
    const computed = string({ computed: true, description });
    const attributes = { a: computed };
    expect(() => nested({ nesting: 'set', attributes, optional: true, description })).toThrow(
      'set',
    );
    expect(() => providerSchema({ description, attributes })).toThrow('computed');
    const secret = string({ optional: true, writeOnly: true, description });
    expect(() => dataSourceSchema({ description, attributes: { secret } })).toThrow('write-only');
  });
});
