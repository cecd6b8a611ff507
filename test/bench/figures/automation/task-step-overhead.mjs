/** What a step of a workflow costs beyond the operation that it starts. */
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer, mapAtOnce, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { describeFleet } from '../../seed-vms.mjs';
import { percentile, round } from '../../statistics.mjs';

const AT_ONCE = 100;
const STEPS = 5;
const GOAL_MS = 5;
const CPU_SHARE = 0.8;

/** Steps that rename a network, which no agent takes part in. */
const TEXT = `name: renamed
inputs: { id: string, name: string }
steps:
${Array.from({ length: STEPS }, (_, step) => {
  const needs = step === 0 ? '' : `needs: [step-${step - 1}], `;
  const fields = `id: "\${id}", name: "\${name}-${step}"`;
  return `  - { id: step-${step}, ${needs}task: network.update, with: { ${fields} } }`;
}).join('\n')}
`;

export const figure = {
  name: 'task-step-overhead',
  summary: `p99 of what a task step takes beyond its operation, ${AT_ONCE} executions at once`,
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const args = describeFleet(directory, { vms: 1 });
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    const numbers = Array.from({ length: AT_ONCE }, (_, number) => number);
    const networks = await mapAtOnce(numbers, 10, async (number) => {
      const body = { name: `net-${number}`, cidr: `10.${number}.0.0/24` };
      return (await callServer(server, 'network.create', body)).resource.id;
    });
    const { resource } = await callServer(server, 'workflow.create', { text: TEXT });
    // The first round warms up.
    let overheads = [];
    for (const name of ['warm-up', 'measured']) {
      calibration.sample();
      const runs = await Promise.all(
        networks.map((id, number) => {
          const inputs = { id, name: `net-${number}` };
          return callServer(server, 'workflow.run', { id: resource.id, inputs });
        }),
      );
      const ended = await mapAtOnce(runs, 4, ({ operation }) => endOf(server, operation.id));
      overheads = (await mapAtOnce(ended, 4, (execution) => overheadsOf(server, execution))).flat();
      progress(`${name}: p99 ${percentile(overheads, 0.99)} ms`);
    }
    calibration.sample();
    await server.stop();
    const value = percentile(overheads, 0.99);
    const figures = { value, unit: 'ms', goal: GOAL_MS, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p50_ms: round(percentile(overheads, 0.5), 1),
      repetitions: overheads.length,
    };
  },
};

async function endOf(server, id) {
  return waitUntilFound('an execution to end', async () => {
    const execution = await callServer(server, 'execution.get', { id });
    if (execution.status === 'failed') throw new Error(JSON.stringify(execution.problem));
    return execution.status === 'succeeded' ? execution : undefined;
  });
}

/** The time of each step, less that of the operation that it has started. Unit: ms. */
async function overheadsOf(server, { steps }) {
  return Promise.all(
    steps.map(async ({ started_at, ended_at, operations: [id] }) => {
      const operation = await callServer(server, 'operation.get', { id });
      const stepMs = Date.parse(ended_at) - Date.parse(started_at);
      return stepMs - (Date.parse(operation.finished_at) - Date.parse(operation.created_at));
    }),
  );
}
