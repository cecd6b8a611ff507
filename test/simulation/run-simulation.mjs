/**
 * Runs seeds until one breaks an invariant: SEED=… is the first, RUNS=… how many. One line a seed;
 * exit 1 with the end of the trace when one fails.
 */
import { register } from 'node:module';

register('./load-typescript.mjs', import.meta.url);

const { runSeeds } = await import('./run-seeds.ts');
const { SEED = '1', RUNS = '1' } = process.env;
process.exitCode = await runSeeds({ seed: SEED, runs: Number(RUNS) }, process.stdout);
