/** Time that a killed server takes to resume ten thousand workflows. */

import { median } from 'simple-statistics';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { openPlaces, STEPS } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const WORKFLOWS = 10_000;
const REPETITIONS = 5;
const CPU_SHARE = 0.9;
const MS_PER_S = 1000;

export const figure = {
  name: 'workflows-recovered',
  summary: `${WORKFLOWS} live workflows taken over after a kill, their commands sent again`,
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const places = await openPlaces({ kind: 'sqlite', directory });
    const store = await places.next();
    const first = await startHost('step-host', { store, hold: 'yes' });
    await first.ask({ kind: 'admit', workflows: WORKFLOWS, steps: STEPS });
    await first.kill();
    const times = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const next = await startHost('step-host', { store, hold: 'yes', resume: 'yes' });
      const { recovered, recoveryMs } = next.hello;
      await next.kill();
      if (recovered !== WORKFLOWS) throw new Error(`${recovered} workflows were taken over`);
      times.push(recoveryMs / MS_PER_S);
      progress(`${repetition}/${REPETITIONS}: ${round(times.at(-1), 2)} s`);
    }
    const figures = { value: median(times), unit: 's', goal: 1, better: 'lower' };
    return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
  },
};
