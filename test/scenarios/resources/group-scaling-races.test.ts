/** User changes to a VM group while NovaCron resizes it: no member is lost or left over. */
import { expect, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import { useBench } from '../test-kit/use-bench.ts';

const LOAD = 'queue_length_count';
const MINUTE_MS = 60_000;
const STEP_MS = 250;
const STEPS_MAX = 600;

const bench = useBench();

async function makeGroup() {
  const made = await bench().expectOk('vm_group.create', {
    name: 'web',
    vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
    min_size: 1,
    max_size: 6,
    scaling: {
      rules: [{ kind: 'target', metric: LOAD, value: 10 }],
      cooldown: '0s',
      shrink_window: '0s',
      warm_up: '0s',
    },
  });
  await bench().end(made.operation);
  // Simulated VMs start at once otherwise, and nothing would happen while the group grows.
  for (const driver of bench().fleet.drivers.values()) {
    driver.faults.add({ action: 'start', kind: 'fail-retry', times: 3 });
  }
  return made.resource.id;
}

async function write(id: VmGroupId, value: number) {
  await bench().expectOk('metric.write', { vm_group_id: id, samples: [{ name: LOAD, value }] });
}

async function load(id: VmGroupId, value: number, minutes: number) {
  for (let half = 0; half < minutes * 2; half += 1) {
    await write(id, value);
    await bench().advance(MINUTE_MS / 2);
  }
}

const events = async (id: VmGroupId) =>
  (await bench().expectOk('scaling_event.list', { group_id: id })).items;

/** Goes on until a change of the size is under way. */
async function untilScaling(id: VmGroupId) {
  const before = (await events(id)).length;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const found = await events(id);
    if (found.length > before) return found[0];
    await bench().advance(STEP_MS);
  }
  throw new Error('The group was not scaled.');
}

async function names() {
  const { items } = await bench().expectOk('vm.list', { limit: 100 });
  return items.map(({ name }) => name).sort();
}

test('a group that is deleted while it grows leaves no member and no running event', async () => {
  const id = await makeGroup();
  await write(id, 55);
  expect(await untilScaling(id)).toMatchObject({ from: 1, to: 6, outcome: 'running' });
  expect(await bench().expectProblem('vm_group.delete', { id })).toMatchObject({
    code: 'conflict',
  });
  await bench().endAll();
  await bench().end((await bench().expectOk('vm_group.delete', { id })).operation);
  await bench().advance(10 * MINUTE_MS);
  expect(await names()).toEqual([]);
  const { items } = await bench().expectOk('scaling_event.list', {});
  expect(items.map(({ outcome }) => outcome)).not.toContain('running');
  expect(await bench().deps.store.read({ from: 'group_scalings' })).toEqual([]);
});

test('a maximum below the size, set while the group grows, is its size in the end', async () => {
  const id = await makeGroup();
  await write(id, 55);
  await untilScaling(id);
  expect(await bench().expectProblem('vm_group.update', { id, max_size: 2 })).toMatchObject({
    code: 'conflict',
  });
  await bench().endAll();
  await bench().end((await bench().expectOk('vm_group.update', { id, max_size: 2 })).operation);
  await load(id, 55, 4);
  expect(await names()).toEqual(['web-1', 'web-2']);
  expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({ size: 2, ready_size: 2 });
});

test('a member is not deleted by hand while the group shrinks to the first ones', async () => {
  const id = await makeGroup();
  await load(id, 55, 2);
  expect(await names()).toHaveLength(6);
  await write(id, 25);
  expect(await untilScaling(id)).toMatchObject({ from: 6, to: 3, outcome: 'running' });
  const { items } = await bench().expectOk('vm.list', { limit: 100 });
  const kept = items.find(({ name }) => name === 'web-1');
  assert(kept !== undefined, 'the first member is there');
  expect(await bench().expectProblem('vm.delete', { id: kept.id })).toMatchObject({
    code: 'in-use',
  });
  await load(id, 25, 4);
  expect(await names()).toEqual(['web-1', 'web-2', 'web-3']);
  const group = await bench().expectOk('vm_group.get', { id });
  expect(group).toMatchObject({ size: 3, ready_size: 3, status: 'ready' });
});
