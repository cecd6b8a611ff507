import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  fromProblemDocument,
  isRetryable,
  ProblemDocument,
  problem,
  toProblemDocument,
  toValidationProblem,
} from './problem.ts';

describe('problems', () => {
  const found = problem('name-taken', {
    detail: 'A VM named web exists already.',
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message: 'is taken' }],
    data: { resource_id: 'vm_x' },
  });

  test('a problem survives the wire', () => {
    const document = ProblemDocument.parse(toProblemDocument(found, 'req_1'));
    expect(document).toMatchObject({
      type: 'urn:novacron:problem:name-taken',
      status: 409,
      instance: 'req_1',
    });
    expect(fromProblemDocument(document)).toEqual(found);
  });

  test('no more than the first hundred mistakes are on the wire', () => {
    const fields = Array.from({ length: 60_000 }, (_, at) => ({ path: [at], message: 'is odd' }));
    const many = problem('validation-failed', { detail: 'It is odd.', remedy: 'Mend it.', fields });
    expect(toProblemDocument(many).errors).toEqual(fields.slice(0, 100));
  });

  test('a code of a newer release becomes internal and keeps its words', () => {
    const document = { ...toProblemDocument(found), code: 'moon-phase' };
    expect(fromProblemDocument(document)).toMatchObject({ code: 'internal', detail: found.detail });
  });

  test('a code that is a name of every object is not a code', () => {
    expect(fromProblemDocument({ ...toProblemDocument(found), code: 'toString' }).code).toBe(
      'internal',
    );
    expect(isRetryable('constructor')).toBe(false);
  });

  test('what may pass by itself may be repeated', () => {
    expect(isRetryable('conflict')).toBe(true);
    expect(isRetryable('policy-denied')).toBe(false);
  });

  test('a failed parse names every field, unknown ones by their own path', () => {
    const parsed = z.strictObject({ a: z.int(), b: z.string() }).safeParse({ a: 'x', c: 1, d: 2 });
    if (parsed.success) throw new Error('the input is not valid');
    const invalid = toValidationProblem(parsed.error, 'The request');
    expect(invalid.fields.map((field) => field.path)).toEqual([['a'], ['b'], ['c'], ['d']]);
    expect(invalid.detail).toMatch(/^The request is not valid at a: .* \(and 3 more\)$/);
  });
});
