/** Overhead of a command step on top of the command itself, which includes its isolation. */
import { createCalibration } from '../../calibrate.mjs';
import { callServer, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { startWithRunner } from '../../start-runner.mjs';
import { percentile, round } from '../../statistics.mjs';

const STEPS = 50;
const ROUNDS = 4;
const GOAL_MS = 15;
const CPU_SHARE = 0.8;

const TEXT = `name: commands
steps:
${Array.from({ length: STEPS }, (_, step) => {
  const needs = step === 0 ? '' : `needs: [step-${step - 1}], `;
  return `  - { id: step-${step}, ${needs}command: "true" }`;
}).join('\n')}
`;

export const figure = {
  name: 'runner-overhead',
  summary: 'p99 of what a command step takes beyond its command, through a runner',
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const { server, log, stop } = await startWithRunner({ directory, env }, []);
    const { resource } = await callServer(server, 'workflow.create', { text: TEXT });
    const ended = [];
    for (let at = 0; at < ROUNDS; at += 1) {
      calibration.sample();
      const { operation } = await callServer(server, 'workflow.run', { id: resource.id });
      ended.push(await endOf(server, operation.id));
      progress(`${ended.length} of ${ROUNDS} executions have ended`);
    }
    calibration.sample();
    await stop();
    const commands = readCommands(log());
    // The first one warms up.
    const overheads = ended.slice(1).flatMap(({ id, steps }) =>
      steps.map(({ id: step, started_at, ended_at }) => {
        const commandMs = commands.get(`${id}/${step}#1`);
        return Date.parse(ended_at) - Date.parse(started_at) - commandMs;
      }),
    );
    const value = percentile(overheads, 0.99);
    return {
      ...calibratedLine(
        { value, unit: 'ms', goal: GOAL_MS, better: 'lower' },
        calibration.result(),
      ),
      p50_ms: round(percentile(overheads, 0.5), 1),
      repetitions: overheads.length,
    };
  },
};

function endOf(server, id) {
  return waitUntilFound('an execution to end', async () => {
    const execution = await callServer(server, 'execution.get', { id });
    if (execution.status === 'failed') throw new Error(JSON.stringify(execution.problem));
    return execution.status === 'succeeded' ? execution : undefined;
  });
}

/** Returns the duration of each command in the runner, by execution and attempt. Unit: ms. */
function readCommands(log) {
  const begun = new Map();
  const took = new Map();
  for (const line of log.split('\n').filter((each) => each.startsWith('{'))) {
    const { msg, time, execution_id: id, attempt } = JSON.parse(line);
    const key = `${id}/${attempt}`;
    if (msg === 'a command begins') begun.set(key, time);
    if (msg === 'a command has ended') took.set(key, time - begun.get(key));
  }
  return took;
}
