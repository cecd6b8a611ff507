/** Conditions over large values: what is too much is refused, and what is usual is not. */
import { describe, expect, test } from '@jest/globals';
import { createCelCompiler } from './create-cel-compiler.ts';

const compile = createCelCompiler({ inputs: 'map<string, dyn>' });

function evaluate(expression: string, inputs: unknown) {
  const program = compile(expression);
  if (!program.ok) throw new Error(program.error);
  return program.value.evaluate({ inputs });
}

function listOf(length: number): readonly bigint[] {
  return Array.from({ length }, (_, index) => BigInt(index));
}

const TOO_MUCH = { ok: false, error: expect.stringContaining('goes through too much') };

describe('a condition over lists', () => {
  test.each([
    ['a list of a thousand', 'inputs.l.all(x, x >= 0 && x < 1000)', 1_000],
    ['names in a list of a thousand', 'inputs.l.exists(x, x == 999)', 1_000],
    ['two lists of a hundred', 'inputs.l.all(a, inputs.l.exists(b, a == b))', 100],
    ['chains', 'inputs.l.filter(x, x > 1).all(x, x > 1)', 500],
    ['a field beside a long list', 'inputs.flag == true', 100_000],
    ['a list in parentheses', '(inputs.l).all(x, x >= 0)', 100],
  ])('may go through %s', (_case, expression, length) => {
    const answer = evaluate(expression, { l: listOf(length), flag: true });
    expect(answer).toEqual({ ok: true, value: true });
  });

  test.each([
    ['lists within lists', 'inputs.l.all(a, inputs.l.all(b, b >= 0))', 30_000],
    ['what looks for the first item', 'inputs.l.exists(a, inputs.l.exists(b, b < 0))', 30_000],
    ['what looks through a list', 'inputs.l.all(a, a in inputs.l)', 30_000],
    ['what compares lists', 'inputs.l.all(a, inputs.l == inputs.l)', 10_000],
    ['lists that a text becomes', 'inputs.t.split("").all(a, inputs.t.split("").all(b, true))', 1],
    ['patterns for each item', 'inputs.l.all(a, inputs.t.matches("(a|b|aa)*c") || true)', 1_000],
    [
      'one that gives work back',
      're2each(inputs.l, -9000000, -9000000).all(a, a in inputs.l)',
      9e4,
    ],
  ])('is refused that goes through %s', (_case, expression, length) => {
    expect(evaluate(expression, { l: listOf(length), t: 'a'.repeat(50_000) })).toEqual(TOO_MUCH);
  });

  test('is judged by itself, whatever the one before has done', () => {
    const inputs = { l: listOf(30_000) };
    expect(evaluate('inputs.l.all(a, a in inputs.l)', inputs)).toEqual(TOO_MUCH);
    expect(evaluate('inputs.l.size() == 30000', inputs)).toEqual({ ok: true, value: true });
  });

  test('reports the column of its text', () => {
    expect(evaluate('inputs.l.map(x, x).all(x, x.y)', { l: [{}] })).toEqual({
      ok: false,
      error: 'No such key: y (column 29)',
    });
  });
});
