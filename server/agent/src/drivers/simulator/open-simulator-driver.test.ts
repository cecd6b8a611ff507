import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { AgentDatabase } from '../../database/agent-database.ts';
import {
  createSampleIds,
  createSampleRng,
  sampleNode,
  sampleSpec,
} from '../../test-kit/samples.ts';
import { createVirtualTime, VIRTUAL_START_MS } from '../../test-kit/virtual-time.ts';
import type { DriverCapabilities, DriverEvent, MachineOrder } from '../driver.ts';
import type { PluggedInterface } from '../driver-bench.ts';
import { describeDriver } from '../driver-suite.ts';
import { openSimulatorDriver, type SimulatorOptions } from './open-simulator-driver.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function openSimulator(options: Partial<SimulatorOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-simulator-'));
  const databases: AgentDatabase[] = [];
  const time = createVirtualTime();
  const ids = createSampleIds();
  const open = () => {
    const { clock, timers, nextTurn } = time;
    const database = new AgentDatabase({ dataDir, node: 'node-01', nextTurn });
    databases.push(database);
    const uploads = join(dataDir, 'images');
    const parts = { node: sampleNode(), database, clock, timers, rng: createSampleRng(), uploads };
    return openSimulatorDriver({ ...parts, ...options });
  };
  const dispose = (): void => {
    for (const database of databases) database.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const order = (vm_id = ids('vm')): MachineOrder => ({
    vm_id,
    generation: 1,
    signal: new AbortController().signal,
  });
  return { driver: open(), open, time, ids, order, dispose, uploads: join(dataDir, 'images') };
}

function openForTest(options: Partial<SimulatorOptions> = {}) {
  const bench = openSimulator(options);
  cleanups.push(bench.dispose);
  return bench;
}

const NOTHING_LIVE: DriverCapabilities = {
  hotplugCpu: 'no',
  hotplugMemory: 'no',
  hotplugDisk: 'no',
  liveMigration: 'no',
};

async function openForSuite(options: Partial<SimulatorOptions>) {
  const { driver, open, dispose, uploads } = openSimulator(options);
  return {
    driver,
    uploads,
    node: 'node-01',
    spec: sampleSpec(),
    guestSpec: sampleSpec(),
    specTooBig: sampleSpec({ cpu_cores: 33 }),
    reopen: async () => {
      await driver.close();
      return open();
    },
    plugInterface: async (vmId: VmId, plugged: PluggedInterface) => {
      const device = { kind: 'network-interface', ...plugged };
      driver.disturb(vmId, { kind: 'plug-device', device });
    },
    dispose: async () => dispose(),
  };
}

describeDriver('simulator', () => openForSuite({}));
describeDriver('simulator that changes nothing live', () =>
  openForSuite({ capabilities: NOTHING_LIVE }),
);

describe('the capacity of a simulated node', () => {
  test.each([
    [{ cpu_cores: 20 }, '20 cores do not fit: the node has 32 and 20 are taken.'],
    [
      { memory_mib: 70_000 },
      '70000 MiB of memory do not fit: the node has 131072 and 70000 are taken.',
    ],
    [{ disk_gb: 1_500 }, '1500 GB of disk do not fit: the node has 2000 and 1500 are taken.'],
  ])('a second machine of %j waits until the first is gone', async (size, message) => {
    const { driver, order } = openForTest();
    const [first, second] = [order(), order()];
    await driver.create(first, sampleSpec(size));
    await driver.start(first);
    const refused = { ok: false, error: { message, next: 'retry' } };
    expect(await driver.create(second, sampleSpec(size))).toEqual(refused);
    await driver.delete(first);
    expect(await driver.create(second, sampleSpec(size))).toMatchObject({ ok: true });
  });

  test('more than the node has is refused for good', async () => {
    const { driver, order } = openForTest();
    expect(await driver.create(order(), sampleSpec({ cpu_cores: 33 }))).toEqual({
      ok: false,
      error: { message: '33 cores do not fit: the node has 32 and 0 are taken.', next: 'final' },
    });
  });

  test('a machine grows into what it holds itself and what is free, and no further', async () => {
    const { driver, order } = openForTest();
    const [first, second] = [order(), order()];
    await driver.create(first, sampleSpec({ cpu_cores: 10 }));
    await driver.create(second, sampleSpec({ cpu_cores: 10 }));
    for (const each of [first, second]) await driver.start(each);
    const grow = (cpu_cores: number) =>
      driver.configure(first, { spec: sampleSpec({ cpu_cores }), restart: 'forbidden' });
    expect(await grow(23)).toMatchObject({ ok: false, error: { next: 'retry' } });
    expect(await grow(22)).toMatchObject({ ok: true, value: { effect: 'live' } });
  });

  test('a stopped machine keeps its disk alone, and starts into what is free', async () => {
    const { driver, order } = openForTest();
    const [first, second] = [order(), order()];
    for (const each of [first, second]) {
      await driver.create(each, sampleSpec({ cpu_cores: 20, disk_gb: 900 }));
    }
    await driver.start(first);
    const message = '20 cores do not fit: the node has 32 and 20 are taken.';
    expect(await driver.start(second)).toEqual({ ok: false, error: { message, next: 'retry' } });
    const change = {
      spec: sampleSpec({ cpu_cores: 22, disk_gb: 900 }),
      restart: 'forbidden',
    } as const;
    expect(await driver.configure(second, change)).toMatchObject({ ok: true });
    await driver.stop(first);
    expect(await driver.start(second)).toMatchObject({ ok: true, value: { status: 'running' } });
  });
});

describe('faults of a simulated node', () => {
  test('the next actions of a kind fail as often as asked for', async () => {
    const { driver, order } = openForTest();
    const machine = order();
    driver.faults.add({ action: 'create', kind: 'fail-retry', times: 2 });
    driver.faults.add({ action: 'any', kind: 'fail-final' });
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await driver.create(machine, sampleSpec()));
    expect(answers).toMatchObject([
      { error: { message: 'The simulated create failed on demand.', next: 'retry' } },
      { error: { next: 'retry' } },
      { error: { message: 'The simulated create failed on demand.', next: 'final' } },
      { ok: true },
    ]);
  });

  test('a fault for one machine leaves the others alone, and all can be cleared', async () => {
    const { driver, order } = openForTest();
    const [first, second] = [order(), order()];
    driver.faults.add({ action: 'create', kind: 'fail-final', times: 9, vm_id: first.vm_id });
    expect(await driver.create(second, sampleSpec())).toMatchObject({ ok: true });
    expect(await driver.create(first, sampleSpec())).toMatchObject({ ok: false });
    driver.faults.clear();
    expect(await driver.create(first, sampleSpec())).toMatchObject({ ok: true });
  });

  test.each([
    ['hang', 'has not happened', 0],
    ['crash-before-answer', 'has happened', 1],
  ] as const)('after a %s the action %s and is not answered', async (kind, _what, machines) => {
    const { driver, order, time } = openForTest();
    const abort = new AbortController();
    driver.faults.add({ action: 'create', kind });
    let answered = 'no';
    const answer = driver.create({ ...order(), signal: abort.signal }, sampleSpec());
    void answer.then(() => {
      answered = 'yes';
    });
    await time.advance(3_600_000);
    expect(answered).toBe('no');
    abort.abort();
    expect(await answer).toMatchObject({ ok: false, error: { next: 'retry' } });
    expect(await driver.inspect()).toMatchObject({ value: { length: machines } });
  });
});

describe('a simulated hypervisor', () => {
  test('takes the time that it was given, within its bounds', async () => {
    const { driver, order, time } = openForTest({ latencyMs: { create: { min: 100, max: 200 } } });
    const finishedAtMs: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      void driver.create(order(), sampleSpec()).then(() => finishedAtMs.push(time.clock.nowMs()));
    }
    await time.advance(1_000);
    expect(finishedAtMs).toHaveLength(10);
    expect(Math.min(...finishedAtMs)).toBeGreaterThanOrEqual(VIRTUAL_START_MS + 100);
    expect(Math.max(...finishedAtMs)).toBeLessThan(VIRTUAL_START_MS + 200);
    expect(new Set(finishedAtMs).size).toBe(10);
    expect(time.waitingCount()).toBe(0);
  });

  test('counts the restarts of a machine, which happen only while it runs', async () => {
    const { driver, order } = openForTest();
    const machine = order();
    const resize = (cpu_cores: number) =>
      driver.configure(machine, { spec: sampleSpec({ cpu_cores }), restart: 'allowed' });
    await driver.create(machine, sampleSpec({ cpu_cores: 8 }));
    await resize(4);
    await driver.start(machine);
    await resize(8);
    await resize(2);
    await resize(2);
    expect(await driver.inspect()).toMatchObject({ value: [{ restarts: 1, status: 'running' }] });
  });

  test('publishes changes by command and without one', async () => {
    const { driver, order } = openForTest();
    const machine = order();
    const { vm_id } = machine;
    const events: DriverEvent[] = [];
    const unsubscribe = driver.subscribe((event) => events.push(event));
    await driver.create(machine, sampleSpec());
    driver.disturb(vm_id, { kind: 'alter', spec: { cpu_cores: 7 } });
    expect(await driver.inspect()).toMatchObject({ value: [{ spec: { cpu_cores: 7 } }] });
    await driver.start(machine);
    driver.disturb(vm_id, { kind: 'power-off' });
    const off = { status: 'stopped', stop_reason: 'guest' };
    expect(await driver.inspect()).toMatchObject({ value: [off] });
    driver.disturb(vm_id, { kind: 'vanish' });
    driver.disturb(vm_id, { kind: 'vanish' });
    unsubscribe();
    await driver.create(machine, sampleSpec());
    const kinds = ['changed', 'changed', 'changed', 'changed', 'gone'];
    expect(events).toEqual(kinds.map((kind) => ({ kind, vm_id, atMs: VIRTUAL_START_MS })));
  });

  test('answers with a problem where its disk fails', async () => {
    const { driver, order } = openForTest({
      database: new AgentDatabase({ dataDir: '/dev/null', node: 'node-01' }),
    });
    const message = expect.stringMatching(/^The node cannot read or write its machines \([A-Z]+\)/);
    expect(await driver.create(order(), sampleSpec())).toMatchObject({
      ok: false,
      error: { message, next: 'retry' },
    });
  });
});

describe('the power of a simulated node', () => {
  test('goes off where no machine runs, and nothing is done until it is on again', async () => {
    const { driver, order } = openForTest();
    const vm = order();
    const power = (wanted: 'on' | 'off') => driver.switchPower?.(vm, wanted);
    await driver.create(vm, sampleSpec());
    await driver.start(vm);
    expect(await power('off')).toMatchObject({
      error: { message: 'The node is not switched off: 1 machines are on it.', next: 'final' },
    });
    await driver.stop(vm);
    expect(await power('off')).toMatchObject({ ok: true });
    expect(await driver.start(vm)).toMatchObject({
      error: { message: 'The node is powered off.', next: 'final' },
    });
    expect(await power('on')).toMatchObject({ ok: true });
    expect(await driver.start(vm)).toMatchObject({ ok: true });
  });
});
