/** From the start of a server to a node with all of its machines, which have run meanwhile. */
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { median, round } from '../../statistics.mjs';
import { openSite } from './qemu-site.mjs';

const NODE = 'a';
const MACHINES = 12;
const REPETITIONS = 9;
const CPU_SHARE = 1;

export const figure = {
  name: `qemu-readopt-${MACHINES}`,
  summary: `an agent finds ${MACHINES} running machines again`,
  needs: ['qemu-system-x86_64', 'qemu-img'],
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const site = await openSite();
    try {
      let driver = await site.open(NODE);
      for (let index = 0; index < MACHINES; index += 1) await site.startMachine(driver, NODE);
      const times = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        await driver.close();
        const startedAtMs = performance.now();
        driver = await site.open(NODE);
        const found = await driver.inspect();
        times.push(performance.now() - startedAtMs);
        const running = found.ok ? found.value.filter(({ status }) => status === 'running') : [];
        if (running.length !== MACHINES) throw new Error(`${running.length} machines run`);
        progress(`${repetition}/${REPETITIONS}: ${Math.round(times.at(-1))} ms`);
      }
      await driver.close();
      const figures = { value: median(times), unit: 'ms', goal: 300, better: 'lower' };
      return {
        ...calibratedLine(figures, calibration.result()),
        machine_ms: round(median(times) / MACHINES, 1),
        repetitions: REPETITIONS,
      };
    } finally {
      site.remove();
    }
  },
};
