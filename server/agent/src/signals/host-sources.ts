/** The sources of signals on a Linux host. What a host does not have is not read. */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Timers } from '@novacron/runtime/timers';
import { parseMdstat } from './parse-mdstat.ts';
import { parsePressure } from './parse-pressure.ts';
import { parseSmart } from './parse-smart.ts';
import type { DiskHealth, MemoryErrors, SignalSource } from './signal-source.ts';

const MINUTE_MS = 60_000;

/** Disks keep their counters for a long time, and each reading interrupts their work. Unit: ms. */
const SMART_MS = 600_000;

/** Time limit for a disk's answer; a healthy disk takes less than a second. Unit: ms. */
const SMART_ANSWER_MS = 10_000;

/** Whole disks as the kernel names them, without partitions and virtual devices. */
const DISK_NAME = /^(?:sd[a-z]+|nvme\d+n\d+)$/;

/** Paths that differ from those of a usual host. */
export interface HostPlaces {
  readonly root?: string;
  /** The program that reads SMART; found on the `PATH` when absent. */
  readonly smartctl?: string;
}

/** Lists the sources. */
export function listHostSources(timers: Timers, places: HostPlaces = {}): readonly SignalSource[] {
  const { root = '/', smartctl = 'smartctl' } = places;
  return [
    smartSource({ timers, smartctl, directory: join(root, 'sys/block') }),
    {
      name: 'mdraid',
      everyMs: MINUTE_MS,
      read: async () => ({ arrays: parseMdstat(await readIfThere(join(root, 'proc/mdstat'))) }),
    },
    {
      name: 'edac',
      everyMs: MINUTE_MS,
      read: async () => ({ memory: await readErrors(join(root, 'sys/devices/system/edac/mc')) }),
    },
    {
      name: 'memory pressure',
      everyMs: MINUTE_MS,
      read: async () => {
        const pressure = parsePressure(await readIfThere(join(root, 'proc/pressure/memory')));
        return pressure === undefined ? {} : { pressure };
      },
    },
  ];
}

/** Counts errors of memory modules, by memory controller. */
async function readErrors(directory: string): Promise<readonly MemoryErrors[]> {
  const controllers = (await listIfThere(directory)).filter((name) => /^mc\d+$/.test(name)).sort();
  return Promise.all(
    controllers.map(async (controller) => {
      const counted = async (name: string): Promise<number> =>
        Number.parseInt(await readIfThere(join(directory, controller, name)), 10) || 0;
      const [corrected, uncorrected] = await Promise.all([
        counted('ce_count'),
        counted('ue_count'),
      ]);
      return { controller, corrected, uncorrected };
    }),
  );
}

interface SmartParts {
  readonly timers: Timers;
  readonly smartctl: string;
  readonly directory: string;
}

/** Disks are read one after another; one that hangs is left alone until its program has ended. */
function smartSource({ timers, smartctl, directory }: SmartParts): SignalSource {
  const hanging = new Set<string>();
  const readDisk = async (device: string): Promise<readonly DiskHealth[]> => {
    if (hanging.has(device)) return [silent(device)];
    const child = spawn(smartctl, ['--json=c', '-H', '-A', '-i', '-n', 'standby', devOf(device)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: '/',
    });
    // Its exit status is a set of bits, also of a disk that fails: what it prints counts.
    const printed = Promise.all([
      text(child.stdout),
      new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      }),
    ]).then(([output]) => output);
    const late = new Promise<undefined>((resolve) => {
      const cancel = timers.after(SMART_ANSWER_MS, () => {
        // A program that waits for the kernel does not heed it.
        child.kill('SIGKILL');
        resolve(undefined);
      });
      printed.then(cancel, cancel);
    });
    const output = await Promise.race([printed, late]);
    if (output !== undefined) {
      const found = parseSmart(device, output);
      return found === undefined ? [] : [found];
    }
    hanging.add(device);
    const leave = () => hanging.delete(device);
    printed.then(leave, leave);
    return [silent(device)];
  };
  return {
    name: 'smart',
    everyMs: SMART_MS,
    read: async () => {
      const disks: DiskHealth[] = [];
      const names = (await listIfThere(directory)).filter((name) => DISK_NAME.test(name)).sort();
      for (const device of names) disks.push(...(await readDisk(device)));
      return { disks };
    },
  };
}

function devOf(device: string): string {
  return `/dev/${device}`;
}

function silent(device: string): DiskHealth {
  return { device, model: null, state: 'silent', unreadableSectors: 0, warnings: [] };
}

/** The text of a file; empty where this host does not have it. */
async function readIfThere(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => ifMissing(cause, ''));
}

async function listIfThere(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((cause: unknown) => ifMissing(cause, []));
}

function ifMissing<T>(cause: unknown, instead: T): T {
  if (['ENOENT', 'ENOTDIR', 'EOPNOTSUPP'].includes(Object(cause).code)) return instead;
  throw cause;
}
