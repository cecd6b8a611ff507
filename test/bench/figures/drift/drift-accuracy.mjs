/** Rates of false and missed drift reports in years of simulated fleets. */
import { register } from 'node:module';

/** Several worlds differ in more than one that grows old, and a fault is found again in one. */
const WORLDS = 20;
const DAYS_PER_WORLD = 50;

export const figure = {
  name: 'drift-accuracy',
  summary: `wrong and missing drift in ${WORLDS * DAYS_PER_WORLD} simulated days of all hands`,
  measure: async ({ progress }) => {
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const { simulateDrift } = await import('../../../simulation/drift/simulate-drift.ts');
    const { describeAccuracy } = await import('../../../simulation/drift/run-drift.ts');
    const before = process.cpuUsage();
    const worlds = [];
    for (let world = 1; world <= WORLDS; world += 1) {
      const reported = await simulateDrift({ seed: `${world}`, days: DAYS_PER_WORLD });
      progress(describeAccuracy(reported));
      worlds.push(reported);
    }
    const { user, system } = process.cpuUsage(before);
    const sum = (countOf) => worlds.reduce((total, world) => total + countOf(world), 0);
    const [falsePositives, missed] = [sum(({ wrong }) => wrong.length), sum(notReported)];
    const found = sum((world) => world.found);
    const injected = sum((world) => world.injected);
    const value = Math.max(falsePositives + missed, injected - found);
    const changes = ['terraform', 'platform', 'people', 'nodes'].map((side) => [
      side,
      sum((world) => world.changes[side]),
    ]);
    return {
      value,
      unit: 'reports',
      goal: 0,
      better: 'lower',
      ok: value === 0,
      false_positives: falsePositives,
      missed,
      precision: found / (found + falsePositives),
      recall: found / injected,
      unexplained: sum(({ unexplained }) => unexplained.length),
      injected,
      undone_before_a_look: sum(({ undone }) => undone),
      reports: sum(({ reports }) => reports),
      changes: Object.fromEntries(changes),
      days: WORLDS * DAYS_PER_WORLD,
      seeds: worlds.map(({ seed }) => seed).join(' '),
      cpu_s: Math.round((user + system) / 1e6),
    };
  },
};

function notReported({ missed }) {
  return missed.length;
}
