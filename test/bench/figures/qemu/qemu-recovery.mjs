/**
 * Recovery after the QEMU of a VM is killed: times until the server notices, the VM runs again, and
 * its guest is in user space, against a manual boot of the same command line.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { WebSocket } from 'ws';
import { listProcesses } from '../../../demo/qemu.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';
import {
  awaitText,
  commandLineOf,
  makeShortDirectory,
  SIZE,
  startApart,
  startQemuHost,
} from './qemu-host.mjs';

/** Fewer show less, and take less: `BENCH_RECOVERIES=10`. */
const REPETITIONS = Number(process.env.BENCH_RECOVERIES ?? 30);

/** Goals of both moments after the kill, on the reference. Unit: ms. */
const DETECTED_MS = 500;
const RUNNING_MS = 3000;

const CPU_SHARE = 0.9;
const NAMES = ['m', 'k'];

const countBoots = (text) => text.split('GUEST-READY').length - 1;

export const figure = {
  name: 'qemu-recovery',
  summary: 'QEMU of a VM is killed: user space of its guest, against the same QEMU by hand',
  needs: ['qemu-system-x86_64', 'qemu-img'],
  measure: async ({ directory: own, env, progress }) => {
    const calibration = createCalibration(own, { cpuShare: CPU_SHARE });
    const { directory, remove } = makeShortDirectory();
    const host = await startQemuHost({ env });
    const events = await listen(host);
    const seen = { detected: [], running: [] };

    const { resource, operation } = await host.call('POST', '/vms', { name: 'vm', ...SIZE });
    await host.settle({ operation });
    const machine = host.machineDir(resource.id);
    const disks = join(host.dataDir, 'qemu', 'storage', 'disks', resource.id);
    const log = join(machine, 'console.log');
    let boots = 1;
    await awaitText(log, (text) => countBoots(text) === boots);
    const words = byHand(commandLineOf(`${machine}/`), { [machine]: 'm', [disks]: 'k' });

    /** The same command line, but for its directories, and a guest that runs at once. */
    function byHand(line, names) {
      const moved = Object.entries(names).reduce(
        (text, [from, to]) => text.map((word) => word.replaceAll(from, join(directory, to))),
        line,
      );
      return moved.filter((word) => word !== '-S');
    }

    async function ours() {
      calibration.sample();
      // A change by a person: restarts before it do not count, so that no backoff is measured.
      await host.settle(await host.call('PATCH', `/vms/${resource.id}`, { priority: boots }));
      const stopped = events.next('vm.stopped');
      const started = events.next('vm.start.succeeded');
      const [pid] = listProcesses(`${machine}/`);
      const killedAtMs = performance.now();
      process.kill(pid, 'SIGKILL');
      boots += 1;
      const userSpace = awaitText(log, (text) => countBoots(text) === boots);
      const isUp = userSpace.then(() => performance.now());
      const [stoppedAtMs, startedAtMs, upAtMs] = await Promise.all([stopped, started, isUp]);
      seen.detected.push(stoppedAtMs - killedAtMs);
      seen.running.push(startedAtMs - killedAtMs);
      return upAtMs - killedAtMs;
    }

    async function peer() {
      for (const name of NAMES) mkdirSync(join(directory, name));
      // The disk as the last boot left it.
      cpSync(disks, join(directory, 'k'), { recursive: true });
      const startedAtMs = performance.now();
      const { child, ended } = startApart(words, join(directory, 'qemu.log'));
      await awaitText(join(directory, 'm', 'console.log'), (text) => countBoots(text) === 1);
      const durationMs = performance.now() - startedAtMs;
      child.kill('SIGKILL');
      await ended;
      for (const name of NAMES) rmSync(join(directory, name), { recursive: true });
      return durationMs;
    }

    try {
      const times = await interleave({ repetitions: REPETITIONS, ours, peer, progress });
      const line = ratioLine(times, { peer: 'the same QEMU command line by hand', goal: 1.2 });
      const ms = toMs(seen);
      const { factor } = calibration.result();
      const isFast =
        ms.detected_ms_p99 <= DETECTED_MS * factor && ms.running_ms_p95 <= RUNNING_MS * factor;
      return { ...line, ok: line.ok && isFast, ...ms, calibration: calibration.result() };
    } finally {
      events.close();
      await host.stop();
      remove();
    }
  },
};

/** Both moments: when the event of the stop was heard, and that of the start that followed. */
function toMs({ detected, running }) {
  return {
    detected_ms_p50: round(median(detected), 1),
    detected_ms_p99: round(percentile(detected, 0.99), 1),
    running_ms_p50: round(median(running), 1),
    running_ms_p95: round(percentile(running, 0.95), 1),
  };
}

/** Hears the events of the server, as everyone who watches it does. */
async function listen({ url, apiKey }) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const waiting = new Map();
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'subscribe', filter: {} })));
    // The first message says that the stream is live.
    socket.once('message', resolve);
  });
  socket.on('message', (data) => {
    const heardAtMs = performance.now();
    const { event } = JSON.parse(data.toString());
    waiting.get(event?.type)?.(heardAtMs);
  });
  return {
    /** @returns when the next event of a type is heard */
    next: (type) => new Promise((resolve) => waiting.set(type, resolve)),
    close: () => socket.terminate(),
  };
}
