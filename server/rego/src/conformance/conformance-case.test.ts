import { describe, expect, test } from '@jest/globals';
import { checkCase, expectationOf } from './conformance-case.ts';

const MODULE =
  'package t\np contains x if some x in input.xs\nq := 1 if input.a\nq := 2 if input.b';

describe('a conformance case', () => {
  test.each([
    ['wants its bindings', { want_result: [{ x: [1, 2] }] }, 'non-empty', 'passed'],
    [
      'may leave the order open',
      { want_result: [{ x: [2, 1] }], sort_bindings: true },
      'non-empty',
      'passed',
    ],
    [
      'fails on other values',
      { want_result: [{ x: [3] }] },
      'non-empty',
      'wanted [{"x":[3]}], got [{"x":[1,2]}]',
    ],
    ['may want nothing', { query: 'data.t.nope = x', want_result: [] }, 'empty', 'passed'],
    [
      'may give its input as a term',
      { input_term: '{"xs": {5}}', want_result: [{ x: [5] }] },
      'non-empty',
      'passed',
    ],
    [
      'may want an error',
      {
        query: 'data.t.q = x',
        input: { a: true, b: true },
        want_error_code: 'eval_conflict_error',
      },
      'error',
      'passed',
    ],
    [
      'wants exactly that error',
      { query: 'data.t.q = x', input: { a: true, b: true }, want_error_code: 'eval_type_error' },
      'error',
      'wanted eval_type_error, got eval_conflict_error: EvaluationError: ' +
        'data.t.q has more than one value',
    ],
    [
      'wants an error where there is none',
      { want_error_code: 'eval_type_error' },
      'error',
      'wanted eval_type_error, got [{"x":[1,2]}]',
    ],
    [
      'may want failing builtins to stop',
      { query: 'x := 1 / 0', strict_error: true, want_error_code: 'eval_builtin_error' },
      'error',
      'passed',
    ],
    [
      'is not met by text that does not compile',
      { query: 'x := ', want_result: [] },
      'empty',
      '{"code":"parse-error","message":"A value was expected here, but the query ends.",' +
        '"file":"query","row":1,"column":6}',
    ],
  ])('%s', (note, changes, expectation, outcome) => {
    const wanted = {
      note,
      modules: [MODULE],
      query: 'data.t.p = x',
      input: { xs: [2, 1] },
      ...changes,
    };
    expect(expectationOf(wanted)).toBe(expectation);
    expect(checkCase(wanted, 'v1')).toBe(outcome);
  });
});
