/**
 * Runs seeds until one breaks an invariant: SEED=… is the first, RUNS=… how many. One line a seed;
 * exit 1 with the end of the trace when one fails. Then DAYS=… of drift from the same seeds.
 */
import { register } from 'node:module';

register('./load-typescript.mjs', import.meta.url);

const { runSeeds } = await import('./run-seeds.ts');
const { runDrift } = await import('./drift/run-drift.ts');
const { SEED: seed = '1', RUNS = '1', DAYS = '10' } = process.env;
const [runs, days] = [Number(RUNS), Number(DAYS)];
process.exitCode = await runSeeds({ seed, runs }, process.stdout);
if (process.exitCode === 0) process.exitCode = await runDrift({ seed, runs, days }, process.stdout);
