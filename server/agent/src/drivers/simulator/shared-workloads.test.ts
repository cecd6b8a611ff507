import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import type { VmId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Workload } from '../../fleet/workload-fields.ts';
import { type EmbeddedFleet, startEmbeddedFleet } from '../../start-embedded-fleet.ts';
import {
  createSampleIds,
  createSampleRng,
  sampleNode,
  sampleSpec,
} from '../../test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from '../../test-kit/virtual-time.ts';

const HOUR_MS = 3_600_000;
const BOOT_MS = 60_000;
const CORES = 4;
const ids = createSampleIds();

/** Two of its members are fully used; measurements have noise of a few percent. */
const SHOP: Workload = {
  name: 'shop',
  vm_prefix: 'web-',
  peak_vms: 2,
  replay: { values: [5, 5], step_minutes: 60 },
  failures_per_day: 0,
};

let dataDir: string;
let time: VirtualTime;
let fleet: EmbeddedFleet;

beforeEach(() => {
  time = createVirtualTime();
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-workloads-'));
});
afterEach(async () => {
  await fleet.stop();
  rmSync(dataDir, { recursive: true });
});

async function start(workloads: readonly Workload[]): Promise<void> {
  const { clock, timers, nextTurn } = time;
  fleet = startEmbeddedFleet({
    fleet: {
      nodes: ['node-01', 'node-02'].map((name) => sampleNode({ name, guest_boot_ms: BOOT_MS })),
      workloads: [...workloads],
    },
    rngOf: (seed) => createSampleRng(seed.length),
    bus: openMemoryBus({ timers }),
    dataDir,
    clock,
    timers,
    nextTurn,
    rng: createSampleRng(),
  });
  await time.settle();
}

async function run(node: string, name: string): Promise<VmId> {
  const order = { vm_id: ids('vm'), generation: 1, signal: new AbortController().signal };
  const made = fleet.drivers.get(node)?.create(order, sampleSpec({ name, cpu_cores: CORES }));
  await time.settle();
  await made;
  const started = fleet.drivers.get(node)?.start(order);
  await time.settle();
  await started;
  return order.vm_id;
}

/** Returns CPU usage, status and stop reason of a node's machines, by name. */
async function look(node: string) {
  const driver = fleet.drivers.get(node);
  assert(driver !== undefined, 'the node is on');
  const [used, found] = [await driver.measure(), await driver.inspect()];
  assert(used.ok && found.ok, 'the node can be measured');
  const ratios = new Map(used.value.map(({ vm_id, cpu_cores }) => [vm_id, cpu_cores / CORES]));
  return new Map(
    found.value.map(({ vm_id, spec, status, stop_reason }) => {
      return [spec.name, { ratio: ratios.get(vm_id) ?? Number.NaN, status, stop_reason }];
    }),
  );
}

const ratioOf = async (node: string, name: string) => (await look(node)).get(name)?.ratio;

test('VMs on all nodes share the demand, those alone that serve', async () => {
  await start([SHOP]);
  await run('node-01', 'web-0');
  await run('node-01', 'other-0');
  expect(await ratioOf('node-01', 'web-0')).toBe(0);
  await time.advance(BOOT_MS);
  const alone = await ratioOf('node-01', 'other-0');
  expect(await ratioOf('node-01', 'web-0')).toBe(1);
  await run('node-02', 'web-1');
  await run('node-02', 'web-2');
  await run('node-02', 'web-3');
  expect(await ratioOf('node-01', 'web-0')).toBe(1);
  await time.advance(BOOT_MS);
  const shared = await ratioOf('node-01', 'web-0');
  expect(shared).toBeCloseTo(0.5, 0);
  expect(shared).toBeLessThan(0.7);
  for (const name of ['web-1', 'web-2', 'web-3'])
    expect(await ratioOf('node-02', name)).toBe(shared);
  expect(await ratioOf('node-01', 'other-0')).toBe(alone);
});

test('VMs are counted as they are when an agent comes back or a node loses power', async () => {
  await start([SHOP]);
  await run('node-01', 'web-0');
  for (const at of [1, 2, 3]) await run('node-02', `web-${at}`);
  await time.advance(BOOT_MS);
  const shared = await ratioOf('node-01', 'web-0');
  await fleet.stopAgent('node-02');
  expect(await ratioOf('node-01', 'web-0')).toBe(shared);
  fleet.restartAgent('node-02');
  expect(await ratioOf('node-01', 'web-0')).toBe(shared);
  await fleet.powerOff('node-02');
  expect(await ratioOf('node-01', 'web-0')).toBe(1);
});

test('demand that is made up has a day, and is the same after a restart', async () => {
  const day: Workload = {
    name: 'shop',
    vm_prefix: 'web-',
    peak_vms: 1,
    shape: {
      night_ratio: 0.2,
      weekend_ratio: 1,
      bursts_per_day: 0,
      daily_bursts: 0,
      launches_per_week: 0,
    },
    failures_per_day: 0,
  };
  await start([day]);
  await run('node-01', 'web-0');
  await run('node-01', 'web-1');
  const hours: number[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    time.stall(HOUR_MS);
    hours.push((await ratioOf('node-01', 'web-0')) ?? Number.NaN);
  }
  expect(Math.max(...hours)).toBeGreaterThan(0.4);
  expect(Math.min(...hours)).toBeLessThan(0.2);
  await fleet.stop();
  await start([day]);
  expect(await ratioOf('node-01', 'web-0')).toBe(hours.at(-1));
});

test('VMs crash at the rate of their workload, the first of those that serve', async () => {
  await start([{ ...SHOP, failures_per_day: 100 }]);
  await run('node-01', 'web-0');
  await run('node-02', 'web-1');
  await run('node-02', 'other-0');
  await time.advance(1.5 * HOUR_MS);
  const crashed = { status: 'stopped', stop_reason: 'crash' };
  expect((await look('node-01')).get('web-0')).toMatchObject(crashed);
  expect((await look('node-02')).get('web-1')).toMatchObject(crashed);
  expect((await look('node-02')).get('other-0')?.status).toBe('running');
});
