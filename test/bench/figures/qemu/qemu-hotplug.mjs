/** From the request for a volume of a running VM to the disk in its guest. */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { awaitText, SIZE, startQemuHost, typeLine } from './qemu-host.mjs';

const REPETITIONS = 15;
const CPU_SHARE = 0.9;

export const figure = {
  name: 'qemu-disk-hotplug',
  summary: 'request for a volume of a running VM to the disk in its guest',
  needs: ['qemu-system-x86_64', 'qemu-img'],
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const host = await startQemuHost({ env });
    try {
      const made = await host.call('POST', '/vms', { name: 'vm', ...SIZE });
      await host.settle(made);
      const { id } = made.resource;
      const log = join(host.machineDir(id), 'console.log');
      await awaitText(log, (text) => text.includes('GUEST-READY'));
      const times = [];
      for (let round = 1; round <= REPETITIONS; round += 1) {
        calibration.sample();
        // The echo of the line has other words than what it prints.
        const watch = `while [ ! -e /sys/block/vdb ]; do sleep 0.005; done; echo SEEN-"${round}"-`;
        await typeLine(join(host.machineDir(id), 'console.sock'), watch);
        const startedAtMs = performance.now();
        const volume = { name: `v-${round}`, size_gb: 1, attached_to: id };
        const answer = await host.call('POST', '/volumes', volume);
        await awaitText(log, (text) => text.includes(`SEEN-${round}-`));
        times.push(performance.now() - startedAtMs);
        progress(`${round}/${REPETITIONS}: ${Math.round(times.at(-1))} ms`);
        await host.settle(answer);
        await host.settle(await host.call('DELETE', `/volumes/${answer.resource.id}`));
      }
      const figures = { value: median(times), unit: 'ms', goal: 200, better: 'lower' };
      return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
    } finally {
      await host.stop();
    }
  },
};
