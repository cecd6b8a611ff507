import { afterEach, describe, expect, test } from '@jest/globals';
import type { LinearModel } from '@novacron/engine/placement/batch/model/batch';
import { makeRng } from '@novacron/engine/rng';
import type { Logger } from '@novacron/runtime/logger';
import type { Solver } from '../../ports/solver.ts';
import { createSolver } from './create-solver.ts';

const whole = (upper: number, cost: number) =>
  ({ kind: 'integer', lower: 0, upper, cost }) as const;
const term = (variable: number, factor: number) => ({ variable, factor });

/** Two items of 3 into bins of 5: each needs its own. */
const TWO_BINS: LinearModel = {
  gapNegligible: 0.99,
  variables: [whole(2, 0), whole(2, 0), whole(1, 1), whole(1, 1)],
  rows: [
    { terms: [term(0, 1), term(1, 1)], lower: 2, upper: 2 },
    { terms: [term(0, 3), term(2, -5)], upper: 0 },
    { terms: [term(1, 3), term(3, -5)], upper: 0 },
  ],
};

/** A market split: few rows, no slack, and nothing that a solver could use. */
function hardModel(): LinearModel {
  const rng = makeRng('market split');
  const columns = Array.from({ length: 50 }, () => whole(1, 0));
  const slacks = Array.from({ length: 12 }, () => whole(10_000, 1));
  const rows = Array.from({ length: 6 }, (_, row) => {
    const factors = columns.map(() => Math.floor(rng.next() * 100));
    const half = Math.floor(factors.reduce((sum, each) => sum + each, 0) / 2);
    const split = [term(50 + 2 * row, 1), term(51 + 2 * row, -1)];
    const terms = [...factors.map((factor, at) => term(at, factor)), ...split];
    return { terms, lower: half, upper: half };
  });
  return { gapNegligible: 0.99, variables: [...columns, ...slacks], rows };
}

describe('the solver', () => {
  let solver: Solver;
  const lines: string[] = [];

  function start(graceMs?: number): Solver {
    const write = (_fields: unknown, message: string) => lines.push(message);
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    solver = createSolver(logger, graceMs === undefined ? {} : { graceMs });
    return solver;
  }

  afterEach(async () => {
    await solver.close();
    lines.length = 0;
  });

  test('finds the best values, and knows where there are none', async () => {
    const best = await start().solve(TWO_BINS, 2_000);
    expect(best).toEqual({ kind: 'optimal', values: [1, 1, 1, 1] });
    const [first, ...others] = TWO_BINS.rows;
    const rows = [{ ...first, terms: first?.terms ?? [], lower: 3, upper: 3 }, ...others];
    expect(await solver.solve({ ...TWO_BINS, rows }, 2_000)).toEqual({ kind: 'infeasible' });
  });

  test('answers with what it has when its time is up', async () => {
    expect(await start().solve(hardModel(), 2_000)).toMatchObject({ kind: 'feasible' });
  });

  test('is thrown away where it overruns, and the next model gets a new one', async () => {
    const overrun = await start(-150).solve(hardModel(), 200);
    expect(overrun).toEqual({ kind: 'failed', why: 'it ran for more than 200 ms' });
    expect(await solver.solve(TWO_BINS, 4_000)).toMatchObject({ kind: 'optimal' });
  });

  test('says what it cannot read', async () => {
    const [first, ...variables] = TWO_BINS.variables;
    const broken = { ...whole(2, 0), ...first, upper: Number.NaN };
    const answer = await start().solve({ ...TWO_BINS, variables: [broken, ...variables] }, 2_000);
    expect(answer.kind).toBe('failed');
  });

  test('lets only a few models wait, and none when it is closed', async () => {
    start();
    const waiting = Array.from({ length: 6 }, () => solver.solve(hardModel(), 1_000));
    expect(await waiting[5]).toEqual({ kind: 'failed', why: 'it is busy with other batches' });
    await solver.close();
    expect(await Promise.all(waiting)).toMatchObject(
      waiting.map(() => ({ kind: 'failed', why: expect.any(String) })),
    );
    expect(await solver.solve(TWO_BINS, 100)).toEqual({ kind: 'failed', why: 'the server stops' });
  });
});
