/** Servers on one store that scale a VM group: one decides, and goes on for another. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Instance, type Instances, startInstances } from './test-kit/start-instances.ts';

const LOAD = 'queue_length_count';
const ROUND_MS = 31_000;
const SECONDS_MAX = 120;

jest.setTimeout(120_000);

let all: Instances;

beforeEach(async () => {
  all = await startInstances(2);
});
afterEach(async () => {
  await all.stop();
  expect(all.errors).toEqual([]);
});

/** Writes through a server that lives: the dead never answer. */
async function writeLoad({ call }: Pick<Instance, 'call'>, value: number) {
  const [{ id } = { id: '' }] = await all.store.read({ from: 'vm_groups' });
  const samples = [{ name: LOAD, value }];
  const written = await call('metric.write', { vm_group_id: id, samples });
  expect(written).toMatchObject({ ok: true, value: { stored: 1 } });
}

/** Moves time by seconds until the group has a size: a round of decisions takes half a minute. */
async function becomes(size: number): Promise<void> {
  for (let seconds = 0; seconds < SECONDS_MAX; seconds += 1) {
    const [group] = await all.store.read({ from: 'vm_groups' });
    if (group?.size === size && group.busy_operation_id === null) return;
    await all.time.advance(1_000);
  }
  throw new Error(`the group never has ${size} members`);
}

test('two servers make one decision, and one operation of it', async () => {
  const [first, second] = all.instances as [Instance, Instance];
  const creating = first.call('vm_group.create', {
    name: 'web',
    vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
    min_size: 2,
    max_size: 5,
    scaling: { rules: [{ kind: 'target', metric: LOAD, value: 10 }], warm_up: '0s' },
  });
  // Members are placed together, which takes steps of time.
  await becomes(2);
  expect(await creating).toMatchObject({ ok: true });
  await writeLoad(first, 30);
  await becomes(3);
  await all.time.advance(ROUND_MS);
  // The server that holds the lease dies without a word: the other one takes it over.
  const [lease] = await all.store.read({ from: 'leases', where: { id: 'reconcilers' } });
  const [holder, other] = lease?.holder === first.instanceId ? [first, second] : [second, first];
  expect(lease?.holder).toBe(holder.instanceId);
  holder.ports.kill();
  await writeLoad(other, 50);
  await becomes(5);
  const events = await all.store.read({ from: 'scaling_events' });
  expect(events.map(({ action }) => JSON.parse(action))).toMatchObject([
    { from: 2, to: 3 },
    { from: 3, to: 5 },
  ]);
  const operations = await all.store.read({
    from: 'operations',
    where: { kind: 'vm_group.scale' },
  });
  expect(operations.map(({ id }) => id).sort()).toEqual(
    events.map(({ action }) => JSON.parse(action).operation_id).sort(),
  );
});
