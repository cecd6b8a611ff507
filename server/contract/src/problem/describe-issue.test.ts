import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { IN_WORDS } from './describe-issue.ts';

const STRATEGY = z.enum(['balanced', 'pack']);
const TIER = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gold') }),
  z.object({ kind: z.literal('silver') }),
]);

function messageOf(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, IN_WORDS).error?.issues[0]?.message;
}

describe('what is wrong with a value', () => {
  test.each<[string, z.ZodType, unknown, string]>([
    ['nothing', z.object({ name: z.string() }), {}, 'is missing'],
    ['no choice', z.object({ strategy: STRATEGY }), {}, 'is missing'],
    ['no document', z.object({ name: z.string() }), undefined, 'must be an object'],
    ['another type', z.string(), 3, 'must be a string'],
    ['a fraction', z.int(), 1.5, 'must be a whole number'],
    ['a list', z.record(z.string(), z.string()), ['a'], 'must be an object'],
    ['a choice', STRATEGY, 'random', 'must be one of "balanced", "pack"'],
    [
      'a mistyped choice',
      STRATEGY,
      'balance',
      'must be one of "balanced", "pack"; did you mean "balanced"?',
    ],
    ['the only choice', z.literal('v1'), 'v2', 'must be "v1"'],
    ['a small number', z.number().min(1), 0, 'must be at least 1'],
    ['a large number', z.number().max(100), 200, 'must be at most 100'],
    ['a number at an open end', z.number().positive(), 0, 'must be more than 0'],
    ['a number beyond an open end', z.number().lt(5), 5, 'must be less than 5'],
    ['an empty text', z.string().min(1), '', 'must have at least 1 character'],
    ['a long list', z.array(z.int()).max(2), [1, 2, 3], 'must have at most 2 entries'],
    ['a list of another length', z.array(z.int()).length(2), [1], 'must have exactly 2 entries'],
    ['a step', z.number().multipleOf(0.25), 0.3, 'must be a multiple of 0.25'],
    [
      'a day',
      z.iso.datetime(),
      'tomorrow',
      'must be a moment in RFC 3339, such as 2026-01-31T08:00:00Z',
    ],
    ['a kind', TIER, { kind: 'god' }, 'must be one of "gold", "silver"; did you mean "gold"?'],
    ['none of many', z.union([z.int(), z.null()]), 'x', 'has none of the forms that it may have'],
    [
      'a key',
      z.record(z.string().min(1), z.string()),
      { '': 'x' },
      'is not a valid name for an entry: it must have at least 1 character',
    ],
  ])('%s', (_case, schema, value, words) => {
    expect(messageOf(schema, value)).toBe(words);
  });

  test('is said by the schema itself where it has the better words', () => {
    const port = z.string().regex(/^\d+$/, 'must be a port');
    expect(messageOf(port, 'x')).toBe('must be a port');
    expect(messageOf(z.string().min(3, 'is too short'), 'x')).toBe('is too short');
  });
});
