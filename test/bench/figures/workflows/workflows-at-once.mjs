/** Number of workflows that run at the same time; all of them succeed. */
import { openPlaces, runSteps } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const WORKFLOWS = 1000;
const ROUNDS = 5;
const DURATION_MS_MAX = 120_000;

export const figure = {
  name: 'workflows-at-once',
  summary: `${WORKFLOWS} workflows under way at once`,
  measure: async ({ directory }) => {
    const places = await openPlaces({ kind: 'sqlite', directory });
    const run = await runSteps({
      store: await places.next(),
      workflows: WORKFLOWS,
      warmUpMs: 0,
      durationMs: DURATION_MS_MAX,
      total: WORKFLOWS * ROUNDS,
    });
    const value = run.atOnceMax;
    return {
      value,
      unit: 'workflows',
      goal: WORKFLOWS,
      better: 'higher',
      ok: value >= WORKFLOWS,
      ended: run.workflows,
      steps_per_s: round(run.rate, 0),
      overhead_p99_ms: round(run.overheadMs.p99, 1),
    };
  },
};
