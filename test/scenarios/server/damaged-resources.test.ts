/** Resources whose rows were damaged: the work that the server does by itself goes on. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { createDeps } from '@novacron/server/app/composition/deps';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { recountUsage } from '@novacron/server/app/platform/usage-counts/count-usage';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Bench, startBench } from '../test-kit/start-bench.ts';
import { makeVm, SMALL_VM } from '../test-kit/use-bench.ts';

const HEALTH_CHECK_MS = 31_000;
const SCAN_MS = 16_000;
const ORCHESTRATION_MS = 31_000;

const DAMAGES = [
  ['is cut off', '{"cpu_cores":'],
  ['lacks a field', '{"cpu_cores":2}'],
  ['has a field of another type', '{"cpu_cores":"many","memory_gb":4,"disk_gb":20}'],
] as const;

describe.each(DAMAGES)('a VM of another tenant whose row %s', (_what, desired_json) => {
  let bench: Bench;
  /** VM of the platform's own tenant. */
  let sound: Vm;
  let damaged: Vm;
  let other: { readonly principal: Principal };

  beforeEach(async () => {
    bench = await startBench();
    const tenant = await bench.expectOk('tenant.create', { name: 'other' });
    const found = await bench.application.authenticate(tenant.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    other = { principal: found.value };
    const made = await bench.expectOk('vm.create', { ...SMALL_VM, name: 'damaged' }, other);
    await bench.endAll();
    damaged = await bench.expectOk('vm.get', { id: made.resource.id }, other);
    // Behind the damaged one, wherever rows are read in order.
    sound = await makeVm(bench, { name: 'sound' });
    const [row] = await bench.store.read({ from: 'vms', where: { id: damaged.id } });
    if (row === undefined) throw new Error('the VM is stored');
    await bench.store.commit([{ kind: 'put', into: 'vms', row: { ...row, desired_json } }]);
  });
  afterEach(() => bench.stop());

  test('stays where it is while others are moved', async () => {
    const [node] = (await bench.expectOk('node.list', { name: String(damaged.node) })).items;
    if (node === undefined) throw new Error('it has a node');
    const { plan } = await bench.expectOk('node.drain', { id: node.id, dry_run: true });
    expect(plan.left).toMatchObject([
      { vm_id: damaged.id, why: 'its row in the store is damaged' },
    ]);
    await bench.expectOk('optimizer.rebalance', { dry_run: true });
  });

  test('does not keep the health check from VMs beside it', async () => {
    if (sound.node !== damaged.node) {
      const { operation } = await bench.expectOk('vm.migrate', {
        id: sound.id,
        node: String(damaged.node),
      });
      await bench.end(operation);
    }
    bench.fleet.drivers.get(String(damaged.node))?.disturb(sound.id, { kind: 'power-off' });
    await bench.advance(HEALTH_CHECK_MS);
    expect(await bench.expectOk('vm.get', { id: sound.id })).toMatchObject({ status: 'stopped' });
  });

  test('does not keep orchestration policies from acting on others', async () => {
    const document = 'policy p\n  for vm\n  rule r: custom\n    then alert message="look"\n';
    await bench.expectOk('orchestration_policy.create', { document }, other);
    await bench.expectOk('orchestration_policy.create', { document });
    await bench.advance(ORCHESTRATION_MS);
    const { items } = await bench.expectOk('event.list', { type: ['orchestration.alert'] });
    expect(items.map(({ target }) => target)).toEqual([sound.id]);
  });

  test('does not keep policies from being asked about others', async () => {
    const rule = 'package novacron\n\ndeny contains "no" if input.resource.name == "late"\n';
    await bench.expectOk('vm.update', { id: sound.id, name: 'late' });
    await bench.expectOk('policy.create', { name: 'Names', type: 'resource', rule });
    const theirs = await bench.expectOk(
      'network.create',
      { name: 'late', cidr: '10.9.0.0/16' },
      other,
    );
    await bench.expectOk('policy.create', { name: 'Names', type: 'resource', rule }, other);
    await waitUntil('both violations', async () => {
      await bench.advance(SCAN_MS);
      const own = await bench.expectOk('policy_violation.list', {});
      const others = await bench.expectOk('policy_violation.list', {}, other);
      const ids = [...own.items, ...others.items].map(({ resource_id }) => resource_id);
      return ids.includes(sound.id) && ids.includes(theirs.resource.id) ? true : undefined;
    });
  });
});

test('of a tenant with a damaged volume, the counts stay as they are', async () => {
  const bench = await startBench();
  const { id } = (await bench.expectOk('tenant.create', { name: 'other' })).resource;
  const { resource, operation } = await bench.expectOk('volume.create', { name: 'v', size_gb: 5 });
  await bench.end(operation);
  const [row] = await bench.store.read({ from: 'volumes', where: { id: resource.id } });
  if (row === undefined) throw new Error('the volume is stored');
  await bench.store.commit([
    { kind: 'put', into: 'volumes', row: { ...row, desired_json: '{"size_gb":' } },
  ]);
  for (const quota of await bench.store.read({ from: 'tenant_quotas' })) {
    await bench.store.commit([
      { kind: 'put', into: 'tenant_quotas', row: { ...quota, networks_used: 7 } },
    ]);
  }
  expect(await recountUsage(createDeps(bench.deps))).toBe(1);
  const { items } = await bench.expectOk('tenant.list', {});
  const counted = Object.fromEntries(items.map((tenant) => [tenant.id, tenant.usage.networks]));
  expect(counted).toEqual({ [id]: 0, [resource.tenant_id]: 7 });
  await bench.stop();
});
