/** Time saved by running independent commands in parallel. */
import { startWithRunner } from '../../start-runner.mjs';
import { compareOrders } from './parallel-steps.mjs';

const GOAL = 3.6;

export const figure = {
  name: 'parallel-commands',
  summary: 'four commands of a second one after another, against all at once',
  measure: async ({ directory, env }) => {
    const { server, stop } = await startWithRunner({ directory, env }, ['--places', '4']);
    const value = await compareOrders(server, 'command: sleep 1');
    await stop();
    return { value, unit: 'ratio', goal: GOAL, better: 'higher', ok: value >= GOAL };
  },
};
