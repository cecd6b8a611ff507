/** How much drift is told that is none, and how much is not told, in years of a simulated fleet. */
import { register } from 'node:module';

const DAYS = 1_000;
const SEED = '1';

export const figure = {
  name: 'drift-accuracy',
  summary: `wrong and missing drift in ${DAYS} simulated days of changes by all hands`,
  measure: async ({ progress }) => {
    register('../../simulation/load-typescript.mjs', import.meta.url);
    const { simulateDrift } = await import('../../simulation/drift/simulate-drift.ts');
    const { days, changes, reports, injected, precision, recall, wrong, missed, unexplained } =
      await simulateDrift({ seed: SEED, days: DAYS });
    for (const fault of [...wrong, ...missed, ...unexplained]) progress(fault);
    const value = wrong.length + missed.length;
    return {
      ...{ value, unit: 'reports', goal: 0, better: 'lower', ok: value === 0 },
      ...{ false_positives: wrong.length, missed: missed.length, precision, recall },
      ...{ unexplained: unexplained.length, injected, reports, changes, days, seed: SEED },
    };
  },
};
