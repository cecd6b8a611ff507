/** Failover that is asked for and cannot happen: the disk is where no other node reaches it. */
import { describe, expect, test } from '@jest/globals';
import { type FleetNode, parseFleet } from '@novacron/agent/fleet/fleet';
import { VmPlacement } from '@novacron/contract/placement/vm-placement';
import { assert } from '@novacron/contract/result';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const { name: _name, ...SIZES } = SMALL_VM;

const node = (name: string, storage?: FleetNode['storage']) => ({
  name,
  zone: `zone-of-${name}`,
  rack: 'rack-1',
  cpu_cores: 16,
  memory_gb: 64,
  disk_gb: 500,
  ...(storage && { storage }),
});

const fleet = parseFleet({
  nodes: [
    node('bound', { pool: 'own' }),
    node('left', { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 500 }),
    node('right', { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 500 }),
    node('silent'),
  ],
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
});
assert(fleet.ok, 'the fleet is valid');

const failoverOn = (name: string) => VmPlacement.parse({ strategy: 'failover', node: name });

describe('a plan that asks for failover', () => {
  const bench = useBench({ fleet: fleet.value });

  const preview = async (input: object, operation: 'vm.create' | 'vm.update' = 'vm.create') =>
    bench().expectOk('admission.preview', {
      operation,
      input: { ...(operation === 'vm.create' ? SMALL_VM : {}), ...input },
      session: 'session-1',
    });

  const RISK = {
    summary: 'No failover',
    message: expect.stringMatching(
      /no other node reaches: web-01 on bound\. .* such as left, right, or do not ask for it/,
    ),
    path: ['placement'],
  };

  test('is warned where the disk would be on local storage', async () => {
    const { risks, problems } = await preview({ placement: failoverOn('bound') });
    expect(problems).toEqual([]);
    expect(risks).toEqual([RISK]);
    const input = { ...SMALL_VM, placement: failoverOn('bound') };
    const alone = { operation: 'vm.create', input } as const;
    expect((await bench().expectOk('admission.preview', alone)).risks).toEqual([RISK]);
  });

  test('is warned where the VM is to be restarted elsewhere, also by an update', async () => {
    const healing = { on_node_loss: 'restart' } as const;
    const placement = VmPlacement.parse({ node: 'bound' });
    expect((await preview({ placement, healing })).risks).toEqual([RISK]);
    const { id } = await makeVm(bench(), { placement });
    expect((await preview({ id, healing }, 'vm.update')).risks).toEqual([RISK]);
  });

  test.each(['restart', 'recreate', 'restore'] as const)(
    'goes to nodes that share storage, although others are emptier, with %s',
    async (on_node_loss) => {
      for (const name of ['left', 'right']) {
        const placement = VmPlacement.parse({ node: name });
        await makeVm(bench(), { name, cpu_cores: 4, memory_gb: 16, placement });
      }
      const placeOf = async (healing: object | null) =>
        (await preview({ healing })).placement_preview?.node;
      expect(['bound', 'silent']).toContain(await placeOf(null));
      expect(['bound', 'silent']).toContain(await placeOf({ on_node_loss: 'wait' }));
      expect(['left', 'right']).toContain(await placeOf({ on_node_loss }));
      // It is a preference: where no node with shared storage has room, it goes elsewhere.
      const large = { cpu_cores: 14, healing: { on_node_loss } };
      const { problems, placement_preview } = await preview(large);
      expect(problems).toEqual([]);
      expect(['bound', 'silent']).toContain(placement_preview?.node);
    },
  );

  test.each(['left', 'silent'])('is not warned on the node %s', async (name) => {
    expect((await preview({ placement: failoverOn(name) })).risks).toEqual([]);
  });

  test('is not warned without the strategy, and is where a policy asks for it', async () => {
    const placement = VmPlacement.parse({ node: 'bound' });
    expect((await preview({ name: 'web-00', placement })).risks).toEqual([]);
    const document =
      'policy safe\n  for vm\n  rule r: placement\n    then schedule strategy=failover\n';
    await bench().expectOk('orchestration_policy.create', { document });
    expect((await preview({ placement })).risks).toEqual([RISK]);
  });

  test('is warned when an update asks for it on the node where the VM is', async () => {
    const { id } = await makeVm(bench(), { placement: VmPlacement.parse({ node: 'bound' }) });
    const { risks } = await preview({ id, placement: failoverOn('bound') }, 'vm.update');
    expect(risks).toEqual([RISK]);
    expect((await preview({ id, description: 'x' }, 'vm.update')).risks).toEqual([]);
  });

  test('of a group is warned once for its members, also when it changes', async () => {
    const group = { name: 'shop', min_size: 1, max_size: 4, desired_size: 2 };
    const vm = { ...SIZES, placement: failoverOn('bound') };
    const asked = { operation: 'vm_group.create', input: { ...group, vm } } as const;
    const risk = {
      summary: 'No failover',
      message: expect.stringContaining('shop-1 on bound, shop-2 on bound.'),
      path: ['vm', 'placement'],
    };
    const created = await bench().expectOk('admission.preview', { ...asked, session: 'session-1' });
    expect(created.risks).toEqual([risk]);
    const calm = { ...SIZES, placement: VmPlacement.parse({ node: 'bound' }) };
    const made = await bench().expectOk('vm_group.create', { ...group, vm: calm });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const changed = await bench().expectOk('admission.preview', {
      operation: 'vm_group.update',
      input: { id: made.resource.id, vm },
    });
    expect(changed.risks).toEqual([risk]);
  });

  test('is warned by the create and by a decision without a plan', async () => {
    const input = { ...SMALL_VM, placement: failoverOn('bound') };
    const { notices: decided } = await bench().expectOk('placement.decide', input);
    expect(decided).toEqual([RISK.message]);
    const created = await bench().expectOk('vm.create', { ...input, name: 'web-01' });
    expect(created.notices).toEqual([RISK.message]);
  });

  test('is warned by the create where only on_node_loss asks for it', async () => {
    const placement = VmPlacement.parse({ node: 'bound' });
    const make = async (name: string, healing: object) => {
      const { notices } = await bench().expectOk('vm.create', {
        ...SMALL_VM,
        name,
        placement,
        healing,
      });
      return notices;
    };
    expect(await make('web-01', { on_node_loss: 'restart' })).toEqual([RISK.message]);
    expect(await make('web-02', { on_node_loss: 'recreate' })).toEqual([
      expect.stringContaining('No other node reaches the root disk of web-02.'),
    ]);
    expect(await make('web-03', { on_node_loss: 'wait' })).toEqual([]);
  });
});
