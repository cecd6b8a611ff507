/** Server cost of executions that wait for approval, and whether a restart loses any. */
import { startServer } from '../../../demo/server.mjs';
import { callServer, mapAtOnce, waitUntilFound } from '../../call-server.mjs';
import { readResidentMb } from '../../read-resident-mb.mjs';
import { round } from '../../statistics.mjs';

const EXECUTIONS = 10_000;
/** Among them; what the first ones load is no cost of waiting. */
const WARM_UP = 200;
const AT_ONCE = 50;
const GOAL_MB = 100;

/** The server is at rest by then, and has given back what it used to start them. Unit: ms. */
const SETTLE_MS = 30_000;

const TEXT = `name: asks
steps:
  - { id: ask, approval: { message: "May it go on?" } }
  - { id: settle, needs: [ask], wait: 1s }
`;

export const figure = {
  name: 'executions-waiting',
  summary: `memory of a restarted server for ${EXECUTIONS} executions that wait for approval`,
  measure: async ({ directory, env, progress }) => {
    const dataDir = `${directory}/data`;
    let server = await startServer({ dataDir, env });
    const { resource } = await callServer(server, 'workflow.create', { text: TEXT });
    const begin = async (count) => {
      const starts = Array.from({ length: count }, (_, index) => index);
      await mapAtOnce(starts, AT_ONCE, async (index) => {
        await callServer(server, 'workflow.run', { id: resource.id, inputs: {} });
        if (index % 1_000 === 999) progress(`${index + 1} of ${count} have begun`);
      });
    };
    await begin(WARM_UP);
    await waitUntilFound('the first to ask', () => countIs(server, WARM_UP));
    const restart = async () => {
      await server.stop();
      server = await startServer({ dataDir, env });
      await settle();
      return readResidentMb(server.pid);
    };
    const beforeMb = await restart();
    await begin(EXECUTIONS - WARM_UP);
    await waitUntilFound('all to ask', () => countIs(server, EXECUTIONS));
    await settle();
    const runningMb = readResidentMb(server.pid);
    const afterMb = await restart();
    const lost = EXECUTIONS - (await countPending(server));
    await server.stop();
    const value = round(Math.max(afterMb, runningMb) - beforeMb, 0);
    return {
      value,
      unit: 'MB',
      goal: GOAL_MB,
      better: 'lower',
      ok: value <= GOAL_MB && lost === 0,
      lost,
      after_restart_mb: round(afterMb - beforeMb, 0),
      before_mb: round(beforeMb, 0),
    };
  },
};

const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

async function countPending(server) {
  const query = { status: ['pending'], limit: 1, count: true };
  return (await callServer(server, 'approval.list', query)).total;
}

async function countIs(server, expected) {
  return (await countPending(server)) === expected ? true : undefined;
}
