/**
 * Runs seeds until one breaks an invariant: SEED=… is the first, RUNS=… how many. A line a seed;
 * exit 1 with the end of the trace when one fails. Then DAYS=… of drift from the same seeds.
 * SUITE=healing runs INCIDENTS=… faults of a table instead (FAULTS=FILE or DATA=DIR/faults.yaml),
 * a line a seed, kept in RESULTS=FILE; MINUTES=…, RACK=no and FENCE=power|storage|time limit it.
 * SUITE=scaling runs DAYS=… of groups under synthetic demand from these seeds, beside HPA's rule.
 * SUITE=controllers runs DAYS=… of a fleet with all controllers on.
 */
import { register } from 'node:module';
import { join } from 'node:path';

register('./load-typescript.mjs', import.meta.url);

const { SEED: seed = '1', RUNS = '1', SUITE = '' } = process.env;
const runs = Number(RUNS);
if (SUITE === 'healing') await runHealingSuite();
else if (SUITE === 'scaling') await runScalingSuite();
else if (SUITE === 'controllers') await runControllersSuite();
else if (SUITE === '') await runAll();
else {
  process.stderr.write(`There is no suite ${SUITE}. There are: controllers, healing, scaling\n`);
  process.exitCode = 2;
}

async function runAll() {
  const { runSeeds } = await import('./run-seeds.ts');
  const { runDrift } = await import('./drift/run-drift.ts');
  const days = Number(process.env.DAYS ?? '10');
  process.exitCode = await runSeeds({ seed, runs }, process.stdout);
  if (process.exitCode === 0)
    process.exitCode = await runDrift({ seed, runs, days }, process.stdout);
}

async function runScalingSuite() {
  const { runScaling } = await import('./scaling/run-scaling.ts');
  const days = Number(process.env.DAYS ?? '10');
  process.exitCode = runScaling({ seed, runs, days }, process.stdout);
}

async function runControllersSuite() {
  const { runControllers } = await import('./controllers/run-controllers.ts');
  const days = Number(process.env.DAYS ?? '30');
  const output = { out: process.stdout, notes: process.stderr };
  process.exitCode = await runControllers({ seed, days }, output);
}

async function runHealingSuite() {
  const { runHealing } = await import('./healing/run-healing.ts');
  const { OWN_TABLE } = await import('./healing/fault-table.ts');
  const { INCIDENTS = '200', FAULTS, DATA, FENCE, RESULTS = '', MINUTES, RACK } = process.env;
  const faults = FAULTS ?? (DATA === undefined ? OWN_TABLE : join(DATA, 'faults.yaml'));
  const results = RESULTS.split(',').filter((path) => path !== '');
  const endMs = MINUTES === undefined ? Number.POSITIVE_INFINITY : Number(MINUTES) * 60_000;
  let isEnded = false;
  // The seed under way ends first; a second signal ends the process.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      isEnded = true;
    });
  }
  const isOver = () => isEnded || performance.now() >= endMs;
  const rack = RACK === 'no' ? 'left-out' : 'run';
  process.exitCode = await runHealing(
    { seed, incidents: Number(INCIDENTS), faults, rack, fence: FENCE, results, isOver },
    { out: process.stdout, notes: process.stderr },
  );
}
