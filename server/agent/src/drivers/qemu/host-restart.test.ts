import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { createSampleIds } from '../../test-kit/samples.ts';
import type { Driver, HostStart, MachineOrder } from '../driver.ts';
import { good } from '../driver-bench.ts';
import type { ClassDirectory } from './files/volume-storages.ts';
import type { QemuOptions } from './open-qemu-driver.ts';
import { idleSpec, listQemuOf } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const NODE = 'node-01';

/** Longest wait for an answer of QEMU, by which its commands are recognized. Unit: ms. */
const QMP_COMMAND_MS_MAX = 15_000;

/** Interval between checks for the end of a process. Unit: ms. */
const POLL_MS = 10;

const EARLIER = { boot_id: 'an earlier boot' };

const { site, ids } = useQemuSite();
let driver: Driver;
let machines: readonly VmId[];
let starts: HostStart[];

beforeEach(async () => {
  machines = [ids('vm'), ids('vm'), ids('vm')];
  starts = [];
  driver = await site.open(NODE);
  for (const [index, vmId] of machines.entries()) {
    const spec = idleSpec({ priority: 10 * (index + 1) });
    await good(driver.create(order(vmId, 1), spec));
    await good(driver.start(order(vmId, 2)));
  }
});

function order(vm_id: VmId, generation: number): MachineOrder {
  return { vm_id, generation, signal: new AbortController().signal };
}

/** Leaves what a loss of power leaves: no process, and records of an earlier boot of the host. */
async function losePower(): Promise<void> {
  await driver.close();
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  await waitUntil('QEMU to end', () =>
    listQemuOf(site.directory).length === 0 ? true : undefined,
  );
  const files = ['boot.json', ...machines.map((vmId) => join(vmId, 'process.json'))];
  for (const name of files) changeStored(name, EARLIER);
}

function changeStored(name: string, change: object): void {
  const file = join(site.runDir(NODE), name);
  let before = {};
  try {
    before = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // A machine that was stopped has no process.
    return;
  }
  writeFileSync(file, JSON.stringify({ ...before, ...change }));
}

async function boot(options: Partial<QemuOptions> = {}): Promise<void> {
  await losePower();
  driver = await site.open(NODE, options);
}

async function startAgain(): Promise<void> {
  const { signal } = new AbortController();
  const started = driver.startAfterHostRestart?.({ signal }, (start) => starts.push(start));
  if (started === undefined) throw new Error('this driver starts nothing after a restart');
  await good(started);
}

async function statuses(): Promise<readonly string[]> {
  return (await good(driver.inspect())).map(({ status }) => status);
}

describe('after a restart of the host', () => {
  test('machines that ran run again, the highest priority first, and only once', async () => {
    await boot();
    expect(await statuses()).toEqual(['stopped', 'stopped', 'stopped']);
    await startAgain();
    expect(await statuses()).toEqual(['running', 'running', 'running']);
    expect(starts.map(({ vm_id }) => vm_id).toSorted()).toEqual([...machines]);
    // Two start at the same time, and the third when one of them runs.
    expect(starts[0]?.vm_id).not.toBe(machines[0]);
    expect(await good(driver.inspect())).toMatchObject(
      machines.map(() => ({ generation: 2, stop_reason: null })),
    );
    starts = [];
    await startAgain();
    await driver.close();
    driver = await site.open(NODE);
    await startAgain();
    expect(starts.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(listQemuOf(site.directory)).toHaveLength(machines.length);
  });

  test('a machine starts after those of its host that it names', async () => {
    const [low, middle, high] = machines as [VmId, VmId, VmId];
    const spec = idleSpec({ priority: 30, start_after: [low] });
    await good(driver.configure(order(high, 3), { spec, restart: 'forbidden' }));
    await boot();
    await startAgain();
    expect(await statuses()).toEqual(['running', 'running', 'running']);
    const started = starts.map(({ vm_id }) => vm_id);
    expect(started.toSorted()).toEqual([...machines]);
    expect(started.indexOf(low)).toBeLessThan(started.indexOf(high));
    expect(started).toContain(middle);
  });

  test('a machine that a command has stopped stays stopped, also later', async () => {
    const [before, meanwhile] = machines as [VmId, VmId, VmId];
    await good(driver.stop(order(before, 3), 'forced'));
    await boot();
    await good(driver.stop(order(meanwhile, 3)));
    await startAgain();
    expect(await statuses()).toEqual(['stopped', 'stopped', 'running']);
    await boot();
    await startAgain();
    expect(await statuses()).toEqual(['stopped', 'stopped', 'running']);
  });

  test('a restart of the agent alone starts nothing', async () => {
    const [killed] = machines as [VmId, VmId, VmId];
    await driver.close();
    for (const pid of listQemuOf(join(site.runDir(NODE), killed))) process.kill(pid, 'SIGTERM');
    await waitUntil('QEMU to end', () =>
      listQemuOf(join(site.runDir(NODE), killed)).length === 0 ? true : undefined,
    );
    driver = await site.open(NODE);
    await startAgain();
    expect(starts).toEqual([]);
    expect(await statuses()).toEqual(['stopped', 'running', 'running']);
  });

  test('machines whose disks other nodes can reach wait for a command', async () => {
    await boot({ storage: 'shared' });
    await startAgain();
    expect(await statuses()).toEqual(['stopped', 'stopped', 'stopped']);
    expect(starts.map(({ problem }) => problem)).toEqual(
      [...machines].reverse().map((vmId) => ({
        message:
          `Disks of ${vmId} are in storage that nodes share, so another node may use them: ` +
          'it waits for a server.',
        next: 'final',
      })),
    );
  });

  test('a machine with a volume that other nodes can reach waits, too', async () => {
    const shared = { directory: join(site.directory, 'shared'), sharing: 'shared' as const };
    const own = { directory: join(site.directory, 'own'), sharing: 'local' as const };
    const options = {
      volumeStorage: new Map<string, ClassDirectory>([
        ['hdd', shared],
        ['ssd', own],
      ]),
    };
    const ids = createSampleIds();
    await driver.close();
    driver = await site.open(NODE, options);
    const [inShared, inOwn, without] = machines as [VmId, VmId, VmId];
    for (const [vmId, storage_class] of [
      [inShared, 'hdd'],
      [inOwn, 'ssd'],
    ] as const) {
      const volume = { volume_id: ids('vol'), size_gb: 1, storage_class };
      await good(driver.attach(order(vmId, 3), volume));
    }
    await boot(options);
    await startAgain();
    expect(starts.filter(({ problem }) => problem !== undefined)).toMatchObject([
      { vm_id: inShared },
    ]);
    expect(await statuses()).toEqual(['stopped', 'running', 'running']);
    // Its storage may only be mounted later.
    starts = [];
    for (const vmId of [inOwn, without]) await good(driver.stop(order(vmId, 4), 'forced'));
    renameSync(shared.directory, join(site.directory, 'away'));
    await boot(options);
    await startAgain();
    expect(starts).toMatchObject([{ vm_id: inShared, problem: { next: 'final' } }]);
  });

  test('the agent goes on where it was when it ended', async () => {
    await boot();
    const agent = new AbortController();
    const first = driver.startAfterHostRestart?.({ signal: agent.signal }, (start) => {
      starts.push(start);
      agent.abort();
    });
    await first;
    expect(starts.length).toBeLessThan(machines.length);
    await driver.close();
    driver = await site.open(NODE);
    await startAgain();
    expect(await statuses()).toEqual(['running', 'running', 'running']);
  });

  test('a start that is given up at any command leaves the machine due', async () => {
    const [vmId] = machines as [VmId, VmId, VmId];
    let commandsLeft = 0;
    let given = new AbortController();
    let isSlow = false;
    const timers = {
      after: (delayMs: number, callback: () => void) => {
        if (delayMs === QMP_COMMAND_MS_MAX && --commandsLeft === 0) {
          // When the command has been sent.
          queueMicrotask(() => given.abort());
          isSlow = true;
        }
        // QEMU closes its monitor long before the next look at its process.
        if (isSlow && delayMs === POLL_MS) {
          isSlow = false;
          return systemTimers.after(500, callback);
        }
        return systemTimers.after(delayMs, callback);
      },
    };
    await boot({ timers });
    const outcomes: string[] = [];
    for (let command = 1; outcomes.at(-1) !== 'running'; command += 1) {
      commandsLeft = command;
      given = new AbortController();
      const started = await driver.start({ ...order(vmId, 2), signal: given.signal });
      commandsLeft = 0;
      isSlow = false;
      const [machine] = await good(driver.inspect());
      expect(machine).toMatchObject(
        started.ok
          ? { status: 'running', stop_reason: null }
          : { status: 'stopped', stop_reason: 'host' },
      );
      outcomes.push(machine?.status ?? '');
    }
    expect(outcomes).toContain('stopped');
  });

  test('storage that is mounted late is waited for', async () => {
    const [pool, away] = [join(site.storageDir, 'pool.json'), join(site.storageDir, 'away')];
    renameSync(pool, away);
    const timers = {
      after: (delayMs: number, callback: () => void) =>
        systemTimers.after(delayMs === 8_000 ? 1 : delayMs, callback),
    };
    await boot({ timers });
    const started = startAgain();
    await waitUntil('a try', () => (starts.length > 0 ? true : undefined));
    expect(starts[0]?.problem).toMatchObject({ next: 'retry' });
    renameSync(away, pool);
    await started;
    expect(await statuses()).toEqual(['running', 'running', 'running']);
  });

  test('machines of low priority are left where the host has less memory than before', async () => {
    const { memory_mib } = idleSpec();
    const capacity = { cpu_cores: 4, memory_mib: memory_mib * 2, disk_gb: 100 };
    const timers = {
      after: (delayMs: number, callback: () => void) =>
        systemTimers.after(delayMs === 600_000 ? 1 : delayMs, callback),
    };
    await boot({ capacity, timers });
    await startAgain();
    expect(await statuses()).toEqual(['stopped', 'running', 'running']);
    expect(starts.filter(({ problem }) => problem !== undefined)).toMatchObject([
      { vm_id: machines[0], problem: { next: 'final' } },
    ]);
  });
});
