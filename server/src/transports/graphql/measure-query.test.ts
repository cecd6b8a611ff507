/** Depth and cost of queries, measured without running them. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { refuseQuery } from './measure-query.ts';

const schema = buildSchema(`
  type Query { self: Query, page(first: Int = 100): Page, list: [Query], value: Int }
  type Page { items: [Query], total: Int }
`);

const refuse = (query: string, variables: Record<string, unknown> = {}) =>
  refuseQuery({ schema, document: parse(query), variables });

/** The same field nested in itself a number of times. */
const nested = (levels: number, field = 'self'): string =>
  levels === 1 ? 'value' : `${field} { ${nested(levels - 1, field)} }`;

describe('depth', () => {
  test('ten levels are answered, eleven are not', () => {
    expect(refuse(`{ ${nested(10)} }`)).toBeUndefined();
    expect(refuse(`{ ${nested(11)} }`)).toMatchObject({
      code: 'validation-failed',
      detail: 'The query is 11 levels deep; the limit is 10.',
      remedy: 'Read deeper levels with a second query, by id.',
    });
  });

  test('fragments count where they are used', () => {
    const fragment = `fragment Deep on Query { ${nested(10)} }`;
    expect(refuse(`{ ...Deep } ${fragment}`)).toBeUndefined();
    expect(refuse(`{ self { ...Deep } } ${fragment}`)?.data).toEqual({ depth: 11, depth_max: 10 });
    expect(refuse(`{ self { ... on Query { ...Deep } } } ${fragment}`)?.data?.depth).toBe(11);
  });
});

describe('cost', () => {
  test('what stands in a page counts as often as the page is long', () => {
    expect(refuse('{ page(first: 10000) { items { value } total } }')).toBeUndefined();
    expect(refuse('{ page(first: 72000) { items { value } } }')?.data).toEqual({
      cost: 72_002,
      cost_max: 72_000,
    });
  });

  test('the length may be a variable', () => {
    const query = 'query($n: Int) { page(first: $n) { items { value } } }';
    expect(refuse(query, { n: 100 })).toBeUndefined();
    expect(refuse(query, { n: 73_000 })?.detail).toBe(
      'The query may cost 73002; the limit is 72000.',
    );
  });

  test('lists of unknown length count tenfold, in each other too', () => {
    expect(refuse(`{ ${nested(5, 'list')} }`)).toBeUndefined();
    expect(refuse(`{ ${nested(6, 'list')} }`)?.data?.cost).toBe(111_111);
  });

  test('fragments that multiply each other are measured without being unfolded', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) =>
        `fragment F${index} on Query { ...F${index + 1} ... on Query { ...F${index + 1} } }`,
    );
    const query = `{ ...F0 } ${fragments.join(' ')} fragment F60 on Query { value }`;
    expect(refuse(query)?.data?.cost).toBe(2 ** 60);
  });

  test('describing the schema has a price of its own', () => {
    const described = (times: number): string =>
      Array.from({ length: times }, (_, index) => `s${index}: __schema { description }`).join(' ');
    expect(refuse(`{ ${described(10)} }`)).toBeUndefined();
    expect(refuse(`{ ${described(11)} }`)?.data?.cost).toBe(77_000);
  });
});
