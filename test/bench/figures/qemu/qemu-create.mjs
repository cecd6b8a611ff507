/** From the request for a VM to the user space of its guest, against the same QEMU by hand. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import {
  awaitText,
  commandLineOf,
  makeShortDirectory,
  SIZE,
  startApart,
  startQemuHost,
} from './qemu-host.mjs';

const REPETITIONS = 7;
const IMAGE = 'qemu-img';
/** Arguments for making a new root disk of the size below. */
const DISK_ARGS = ['create', '-q', '-f', 'qcow2'];
const DISK_SIZE = `${SIZE.disk_gb}G`;

const isUp = (text) => text.includes('GUEST-READY');

export const figure = {
  name: 'qemu-create',
  summary: 'request for a VM to the user space of its guest, against QEMU by hand',
  needs: ['qemu-system-x86_64', IMAGE],
  measure: async ({ env, progress }) => {
    const { directory, remove } = makeShortDirectory();
    const host = await startQemuHost({ env });
    let count = 0;
    let words;

    async function ours() {
      count += 1;
      const startedAtMs = performance.now();
      const { resource } = await host.call('POST', '/vms', { name: `vm-${count}`, ...SIZE });
      const machine = host.machineDir(resource.id);
      await awaitText(join(machine, 'console.log'), isUp);
      const durationMs = performance.now() - startedAtMs;
      if (words === undefined) {
        const disks = join(host.dataDir, 'qemu', 'storage', 'disks', resource.id);
        cpSync(join(disks, 'seed.img'), join(directory, 'seed.img'));
        words = adapt(commandLineOf(`${machine}/`), { [machine]: 'm', [disks]: 'k' });
      }
      await host.settle(await host.call('DELETE', `/vms/${resource.id}`));
      return durationMs;
    }

    /** The same command line, but for its directories, and a guest that runs at once. */
    function adapt(line, names) {
      const own = Object.entries(names).reduce(
        (text, [from, to]) => text.map((word) => word.replaceAll(from, join(directory, to))),
        line,
      );
      return own.filter((word) => word !== '-S');
    }

    async function peer() {
      for (const name of ['m', 'k']) mkdirSync(join(directory, name));
      cpSync(join(directory, 'seed.img'), join(directory, 'k', 'seed.img'));
      const startedAtMs = performance.now();
      execFileSync(IMAGE, [...DISK_ARGS, join(directory, 'k', 'root.qcow2'), DISK_SIZE]);
      const { child, ended } = startApart(words, join(directory, 'qemu.log'));
      await awaitText(join(directory, 'm', 'console.log'), isUp);
      const durationMs = performance.now() - startedAtMs;
      child.kill('SIGKILL');
      await ended;
      for (const name of ['m', 'k']) rmSync(join(directory, name), { recursive: true });
      return durationMs;
    }

    try {
      // The first one is for the command line, and warms files and code.
      await ours();
      const times = await interleave({ repetitions: REPETITIONS, ours, peer, progress });
      return ratioLine(times, { peer: 'the same QEMU command line by hand', goal: 1.2 });
    } finally {
      await host.stop();
      remove();
    }
  },
};
