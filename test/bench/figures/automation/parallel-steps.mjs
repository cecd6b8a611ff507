/** Time saved by running independent steps in parallel. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { callServer, waitUntilFound } from '../../call-server.mjs';
import { round } from '../../statistics.mjs';

const STEPS = 4;
const REPETITIONS = 5;
const GOAL = 3.6;

const textOf = ({ name, isSerial, action }) => `name: ${name}
steps:
${Array.from({ length: STEPS }, (_, step) => {
  const needs = isSerial && step > 0 ? `needs: [step-${step - 1}], ` : '';
  return `  - { id: step-${step}, ${needs}${action} }`;
}).join('\n')}
`;

export const figure = {
  name: 'parallel-steps',
  summary: `${STEPS} waits of a second one after another, against all at once`,
  measure: async ({ directory, env }) => {
    const server = await startServer({ dataDir: `${directory}/data`, env });
    const value = await compareOrders(server, 'wait: 1s');
    await server.stop();
    return { value, unit: 'ratio', goal: GOAL, better: 'higher', ok: value >= GOAL };
  },
};

/**
 * Returns the ratio of serial to parallel run time of steps: the median of several executions.
 * @param {{ url: string, apiKey: string }} server
 * @param {string} action - what each step does, as YAML
 */
export async function compareOrders(server, action) {
  const store = async (name, isSerial) => {
    const text = textOf({ name, isSerial, action });
    return (await callServer(server, 'workflow.create', { text })).resource.id;
  };
  const serial = await store('serial', true);
  const parallel = await store('parallel', false);
  const ratios = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    ratios.push((await durationOf(server, serial)) / (await durationOf(server, parallel)));
  }
  return round(median(ratios), 2);
}

/** From the start to the end of one execution. Unit: ms. */
async function durationOf(server, id) {
  const { operation } = await callServer(server, 'workflow.run', { id, inputs: {} });
  const { created_at, finished_at } = await waitUntilFound('an execution to end', async () => {
    const found = await callServer(server, 'operation.get', { id: operation.id });
    return found.finished_at === null ? undefined : found;
  });
  return Date.parse(finished_at) - Date.parse(created_at);
}
