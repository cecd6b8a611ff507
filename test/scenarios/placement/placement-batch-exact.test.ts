/** Batches against all their placements: no rule is broken, and what is called proven is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { draftBatch } from '@novacron/engine/placement/batch/draft-batch';
import type { BatchInput } from '@novacron/engine/placement/batch/model/batch';
import { measureBatch } from '@novacron/engine/placement/batch/objective/measure-batch';
import { planBatch } from '@novacron/engine/placement/batch/plan-batch';
import { makeRng } from '@novacron/engine/rng';
import { createSolver } from '@novacron/server/adapters/solver/create-solver';
import type { Solver } from '@novacron/server/ports/solver';
import * as fc from 'fast-check';
import { findLeast, isAllowed, smallBatch } from '../test-kit/naive-batch.ts';

const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const SOLVE_MS_MAX = 2_000;
const EPSILON = 1e-6;
const PEAK_NEGLIGIBLE = 0.011;

describe('a batch', () => {
  let solver: Solver;
  beforeAll(() => {
    solver = createSolver(QUIET);
  });
  afterAll(() => solver.close());

  const env = { nowMs: 0, rng: makeRng('batch') };
  const leastOf = (input: BatchInput) => findLeast(input, (names) => measureBatch(input, names));

  test('keeps every rule without a solver, and is no better than its bound', async () => {
    await fc.assert(
      fc.asyncProperty(smallBatch, async (input) => {
        const draft = draftBatch(input, env);
        if (!draft.ok) throw new Error(draft.error.detail);
        const least = leastOf(input);
        if (least !== undefined) expect(draft.value.bound).toBeLessThanOrEqual(least + EPSILON);
        const plan = planBatch(draft.value, undefined, env);
        if (!plan.ok) return;
        const names = plan.value.plans.map(({ decision }) => decision.target_node);
        expect(isAllowed(input, names)).toBe(true);
        expect(plan.value.value).toBeGreaterThanOrEqual(plan.value.bound - EPSILON);
        expect(plan.value.value).toBeCloseTo(measureBatch(input, names));
      }),
    );
  });

  test('is as good as the best of all placements with one, and exists where one does', async () => {
    await fc.assert(
      fc.asyncProperty(smallBatch, async (input) => {
        const draft = draftBatch(input, env);
        if (!draft.ok) throw new Error(draft.error.detail);
        const { asked } = draft.value;
        const answer = asked && (await solver.solve(asked.model, SOLVE_MS_MAX));
        expect(answer?.kind).not.toBe('failed');
        const plan = planBatch(draft.value, answer, env);
        const least = leastOf(input);
        if (!plan.ok) {
          expect(least).toBeUndefined();
          return;
        }
        const names = plan.value.plans.map(({ decision }) => decision.target_node);
        expect(isAllowed(input, names)).toBe(true);
        const slack = input.objective === 'peak' ? PEAK_NEGLIGIBLE : EPSILON;
        expect(plan.value.value).toBeLessThanOrEqual((least ?? Number.NaN) + slack);
        expect(plan.value.bound).toBeLessThanOrEqual((least ?? Number.NaN) + EPSILON);
      }),
    );
  });
});
