/**
 * Benefit of shared flushes on a slower disk: steps per second as a multiple of the rate with one
 * transaction per step. Both sides are the same executor and store on a disk whose flushes take 2
 * ms longer; the peer's groups contain one change set each.
 */

import { median } from 'simple-statistics';
import { interleave } from '../../interleave.mjs';
import { openPlaces, runSteps } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const WORKFLOWS = 100;
const FLUSH_DELAY_MS = 2;
const DURATION_MS = 3_000;
const WARM_UP_MS = 1_500;
const REPETITIONS = 5;
const GOAL = 40;

function createFigure(kind) {
  return {
    name: `group-commit-${kind}`,
    summary: `steps a second with ${FLUSH_DELAY_MS} ms slower flushes, against ungrouped ones`,
    needs: kind === 'postgres' ? ['postgres', 'initdb'] : [],
    measure: async ({ directory, progress }) => {
      const places = await openPlaces({ kind, directory, flushDelayMs: FLUSH_DELAY_MS });
      const limits = { workflows: WORKFLOWS, durationMs: DURATION_MS, warmUpMs: WARM_UP_MS };
      const rateOf = async (more) => {
        const store = { ...(await places.next()), ...more };
        return (await runSteps({ store, ...limits })).rate;
      };
      const rates = await interleave({
        repetitions: REPETITIONS,
        unit: 'steps/s',
        ours: () => rateOf({}),
        peer: () => rateOf({ groupSetsMax: 1 }),
        progress,
      });
      await places.remove();
      const value = round(median(rates.ours.map((rate, index) => rate / rates.peer[index])), 1);
      return {
        value,
        unit: 'ratio',
        peer: 'one transaction a step',
        goal: GOAL,
        better: 'higher',
        ok: value >= GOAL,
        ours_per_s: round(median(rates.ours), 0),
        peer_per_s: round(median(rates.peer), 0),
        repetitions: REPETITIONS,
      };
    },
  };
}

export const groupCommitSqlite = createFigure('sqlite');
export const groupCommitPostgres = createFigure('postgres');
