/** Time to check and store the text of a workflow. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';

const WARM_UP = 50;
const WORKFLOWS = 200;
const GOAL_MS = 10;
/** The rest of the time is the disk's. */
const CPU_SHARE = 0.7;

/** Ten steps, of which each needs the one before it. */
const textOf = (number) => `name: registered-${number}
inputs: { name: string, size: { type: integer, default: 1 } }
steps:
${Array.from({ length: 10 }, (_, step) => {
  const needs = step === 0 ? '' : `needs: [step-${step - 1}], `;
  const fields = `name: "\${name}-${step}", cpu_cores: "\${size}", memory_gb: 1, disk_gb: 10`;
  return `  - { id: step-${step}, ${needs}task: vm.create, with: { ${fields} } }`;
}).join('\n')}
`;

export const figure = {
  name: 'workflow-registered',
  summary: 'median from the request to a workflow of ten steps that is stored',
  measure: async ({ directory, env }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const server = await startServer({ dataDir: `${directory}/data`, env });
    const times = [];
    for (let number = 0; number < WARM_UP + WORKFLOWS; number += 1) {
      if (number % WARM_UP === 0) calibration.sample();
      const startMs = performance.now();
      await callServer(server, 'workflow.create', { text: textOf(number) });
      if (number >= WARM_UP) times.push(performance.now() - startMs);
    }
    await server.stop();
    const figures = { value: median(times), unit: 'ms', goal: GOAL_MS, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p99_ms: round(percentile(times, 0.99), 1),
      repetitions: WORKFLOWS,
    };
  },
};
