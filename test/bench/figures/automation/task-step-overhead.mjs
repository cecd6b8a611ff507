/** Overhead of a workflow step on top of the operation that it starts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer, mapAtOnce, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { describeFleet, VM_BODY } from '../../seed-vms.mjs';
import { percentile, round } from '../../statistics.mjs';

const AT_ONCE = 100;
const STEPS = 6;
const GOAL_MS = 5;
const CPU_SHARE = 0.8;

/**
 * Duration of an effect, drawn at random by the simulated nodes so that steps end at different
 * times. Unit: ms.
 */
const EFFECT = { min: 500, max: 2_500 };

/** Steps that stop a VM and start it again. */
const TEXT = `name: restarted
inputs: { id: string }
steps:
${Array.from({ length: STEPS }, (_, step) => {
  const needs = step === 0 ? '' : `needs: [step-${step - 1}], `;
  const task = step % 2 === 0 ? 'vm.stop' : 'vm.start';
  return `  - { id: step-${step}, ${needs}task: ${task}, with: { id: "\${id}" } }`;
}).join('\n')}
`;

export const figure = {
  name: 'task-step-overhead',
  summary: `p99 of what a task step takes beyond its operation, ${AT_ONCE} executions under way`,
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const args = slowFleet(directory);
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    const numbers = Array.from({ length: AT_ONCE }, (_, number) => number);
    const vms = await mapAtOnce(numbers, 10, (number) => makeVm(server, number));
    const { resource } = await callServer(server, 'workflow.create', { text: TEXT });
    // The first round warms up.
    let overheads = [];
    for (const name of ['warm-up', 'measured']) {
      calibration.sample();
      const runs = await Promise.all(
        vms.map((id) => callServer(server, 'workflow.run', { id: resource.id, inputs: { id } })),
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

/** Flags of a server with nodes whose effects take time. */
function slowFleet(directory) {
  const args = describeFleet(directory, { vms: AT_ONCE });
  const file = args[args.indexOf('--fleet') + 1];
  const fleet = JSON.parse(readFileSync(file, 'utf8'));
  const latency_ms = { start: EFFECT, stop: EFFECT };
  const nodes = fleet.nodes.map((node) => ({ ...node, latency_ms }));
  writeFileSync(file, JSON.stringify({ ...fleet, nodes }));
  return args;
}

async function makeVm(server, number) {
  const body = { ...VM_BODY, name: `vm-${number}` };
  const { resource, operation } = await callServer(server, 'vm.create', body);
  await waitUntilFound('a VM to run', async () => {
    const { status } = await callServer(server, 'operation.get', { id: operation.id });
    return status === 'succeeded' ? true : undefined;
  });
  return resource.id;
}

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
