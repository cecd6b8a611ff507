/**
 * Kills a server process at random moments: SEED=… is the plan of the kills, KILLS=… how many. One
 * line a kill; exit 1 with what was broken and where the data is when a promise was.
 */
import { register } from 'node:module';

register('../../simulation/load-typescript.mjs', import.meta.url);

const { runChaos } = await import('./run-chaos.ts');
const { SEED = String(Date.now()), KILLS = '200' } = process.env;
process.exitCode = await runChaos({ seed: SEED, kills: Number(KILLS) }, process.stdout);
