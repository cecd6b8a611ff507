/** From the start of an agent to an inspection with all machines, which went on running. */

import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';
import { good, openSite } from './qemu-site.mjs';

const NODE = 'a';
const REPETITIONS = 9;
const CPU_SHARE = 1;

/** Guests run, as on a host at work. */
export const readoptRunning = makeFigure({
  machines: 12,
  state: 'running',
  add: (site, driver) => site.startMachine(driver, NODE),
});

/** More machines than this host could run in software: their guests are paused at once. */
export const readoptPaused = makeFigure({
  machines: 50,
  state: 'paused',
  add: async (site, driver) => {
    const vmId = await site.addMachine(driver);
    await good(driver.pause(site.orderOf(vmId)));
  },
});

const stateOf = ({ status, paused }) => (paused === true ? 'paused' : status);

function makeFigure({ machines, state, add }) {
  return {
    name: `qemu-readopt-${machines}`,
    summary: `an agent finds ${machines} machines again that are ${state}`,
    needs: ['qemu-system-x86_64', 'qemu-img'],
    measure: async ({ directory, progress }) => {
      const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
      const site = await openSite();
      try {
        let driver = await site.open(NODE);
        for (let index = 0; index < machines; index += 1) await add(site, driver);
        const times = [];
        for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
          calibration.sample();
          await driver.close();
          const startedAtMs = performance.now();
          driver = await site.open(NODE);
          const found = await good(driver.inspect());
          times.push(performance.now() - startedAtMs);
          const count = found.filter((machine) => stateOf(machine) === state).length;
          if (count !== machines) throw new Error(`${count} machines are ${state}`);
          progress(`${repetition}/${REPETITIONS}: ${Math.round(times.at(-1))} ms`);
        }
        await driver.close();
        const figures = { value: median(times), unit: 'ms', goal: 300, better: 'lower' };
        return {
          ...calibratedLine(figures, calibration.result()),
          machine_ms: round(median(times) / machines, 1),
          repetitions: REPETITIONS,
        };
      } finally {
        site.remove();
      }
    },
  };
}
