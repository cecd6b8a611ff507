/** Servers on one store that give members of a VM group another size: each member gets it once. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Instance, type Instances, startInstances } from './test-kit/start-instances.ts';

const HISTORY_S = 3 * 3_600;
const STEP_S = 300;
const SECONDS_MAX = 1_200;

jest.setTimeout(120_000);

let all: Instances;

beforeEach(async () => {
  all = await startInstances(2);
});
afterEach(async () => {
  await all.stop();
  expect(all.errors).toEqual([]);
});

async function until(what: string, isReached: () => Promise<boolean>): Promise<void> {
  for (let seconds = 0; seconds < SECONDS_MAX; seconds += 1) {
    if (await isReached()) return;
    await all.time.advance(1_000);
  }
  throw new Error(`${what} does not come`);
}

const resizes = async () => {
  const where = { trigger_type: 'vertical' };
  return all.store.read({ from: 'scaling_events', where });
};

test('two servers change each member once, although one of them dies between', async () => {
  const [first, second] = all.instances as [Instance, Instance];
  const creating = first.call('vm_group.create', {
    name: 'web',
    vm: { cpu_cores: 2, memory_gb: 4, disk_gb: 4 },
    min_size: 3,
    max_size: 3,
    scaling: {
      rules: [{ kind: 'target', metric: 'queue_length_count', value: 10 }],
      warm_up: '0s',
      cooldown: '1m',
      vertical: 'apply',
      vertical_max: { cpu_cores: 3 },
    },
  });
  await until('the group', async () => {
    const [group] = await all.store.read({ from: 'vm_groups' });
    return group?.size === 3 && group.busy_operation_id === null;
  });
  expect(await creating).toMatchObject({ ok: true });
  const nowS = Math.floor(first.ports.deps.clock.nowMs() / 1_000);
  for (const { id, tenant_id: tenantId } of await all.store.read({ from: 'vms' })) {
    const samples = Array.from({ length: HISTORY_S / STEP_S }, (_, step) => ({
      name: 'cpu_utilization_ratio',
      atS: nowS - HISTORY_S + step * STEP_S,
      value: 0.96,
    }));
    const batch = [{ target: { id, tenantId, kind: 'vm' as const }, samples }];
    const written = await first.ports.deps.metricSeries?.write(batch, 'measured');
    expect(written).toMatchObject({ ok: true });
  }
  await until('the first change', async () => (await resizes()).length > 0);
  // The server that holds the lease dies while the member changes: the other one takes it over.
  const [lease] = await all.store.read({ from: 'leases', where: { id: 'reconcilers' } });
  const holder = lease?.holder === first.instanceId ? first : second;
  expect(lease?.holder).toBe(holder.instanceId);
  holder.ports.kill();
  await until('the last change', async () => {
    const found = await resizes();
    return found.length === 3 && found.every((row) => row.ended_at_ms !== null);
  });
  await all.time.advance(120_000);
  const actions = (await resizes()).map(({ action }) => JSON.parse(action));
  const vms = await all.store.read({ from: 'vms' });
  expect(actions.map(({ member }) => member.vm_id).sort()).toEqual(vms.map(({ id }) => id).sort());
  const operations = await all.store.read({ from: 'operations', where: { kind: 'vm.update' } });
  expect(operations.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
    actions.map(({ operation_id: id }) => `${id} succeeded`).sort(),
  );
});
