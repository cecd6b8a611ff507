import { expect, test } from '@jest/globals';
import { TerraformVariable } from 'cdktf';
import { TopologyLevel } from '../props/choices.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Network } from './network.ts';
import { Vm } from './vm.ts';
import { VmGroup } from './vm-group.ts';

const GROUP = { ...MACHINE, isolated: true, minSize: 2, maxSize: 6 };

test('a group says its sizes and what its members are', () => {
  const attributes = attributesOf('vm_group', (stack) => {
    new VmGroup(stack, 'web', {
      ...GROUP,
      separate: TopologyLevel.NODE,
      labels: { tier: 'web' },
      groupLabels: { team: 'shop' },
    });
  });
  expect(attributes).toEqual({
    name: 'shop-web',
    min_size: 2,
    max_size: 6,
    anti_affinity: 'node',
    metadata: { team: 'shop' },
    vm: { cpu_cores: 2, memory_gb: 4, disk_gb: 20, metadata: { tier: 'web' } },
  });
});

test('what is said after construction reaches the members', () => {
  const attributes = attributesOf('vm_group', (stack) => {
    const group = new VmGroup(stack, 'web', { ...MACHINE, minSize: 1, maxSize: 2 });
    group.connectTo(Network.fromNetworkId(stack, 'lan', 'net_01jd3v6t7re3h8z9k2m4n5p6q7'));
    group.spread(TopologyLevel.ZONE);
    group.keepApart(TopologyLevel.RACK);
    group.addLabel('tier', 'web');
    const db = Vm.fromVmAttributes(stack, 'db', { vmId: 'vm_1', vmName: 'db' });
    group.keepNear(db, { level: TopologyLevel.ZONE, soft: true });
    group.keepAway(db);
  });
  expect(attributes).toMatchObject({
    spread: 'zone',
    anti_affinity: 'rack',
    metadata: { tier: 'web' },
    vm: {
      network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
      metadata: { tier: 'web' },
      placement: {
        affinity: [{ vm: 'db', level: 'zone', mode: 'soft' }],
        anti_affinity: [{ vm: 'db', level: 'node', mode: 'hard' }],
      },
    },
  });
});

test('sizes that contradict each other are reported', () => {
  const troubleOf = (sizes: { readonly minSize: number; readonly desiredSize?: number }) =>
    findTrouble((stack) => {
      new VmGroup(stack, 'web', { ...GROUP, ...sizes });
    });
  expect(troubleOf({ minSize: 7 })).toContain(
    '[shop/web] has at least 7 and at most 6 members, which is impossible. ' +
      'Raise `maxSize`, or lower the others.',
  );
  expect(troubleOf({ minSize: 2, desiredSize: 1 })).toContain(
    'at most 6 members and a desired size of 1,',
  );
});

test('a second network, or none, is reported', () => {
  const none = findTrouble((stack) => {
    new VmGroup(stack, 'web', { ...GROUP, isolated: false });
  });
  expect(none).toContain('[shop/web] has no network. Pass `network`');
  const two = findTrouble((stack) => {
    const group = new VmGroup(stack, 'web', GROUP);
    group.connectTo(Network.fromNetworkId(stack, 'one', 'net_1'));
    group.connectTo(Network.fromNetworkId(stack, 'other', 'net_2'));
  });
  expect(two).toContain('shop/web is connected to shop/one already.');
});

test('sizes that only Terraform knows pass', () => {
  const attributes = attributesOf('vm_group', (stack) => {
    const size = new TerraformVariable(stack, 'size', { type: 'number' }).numberValue;
    new VmGroup(stack, 'web', { ...GROUP, minSize: size, desiredSize: 1 });
  });
  expect(attributes).toMatchObject({ min_size: '${var.size}', max_size: 6, desired_size: 1 });
});

test('a group of another configuration is looked up by its id or its name', () => {
  const { data } = synthesize((stack) => {
    expect(VmGroup.fromVmGroupId(stack, 'byId', 'grp_1').vmGroupId).toBe('grp_1');
    expect(VmGroup.fromVmGroupName(stack, 'byName', 'web').vmGroupName).toBe('web');
    new VmGroup(stack, 'own', GROUP);
  });
  expect(Object.values(data?.novacron_vm_group ?? {})).toEqual(
    expect.arrayContaining([{ id: 'grp_1' }, { name: 'web' }]),
  );
});

test('a group says how it is scaled, and no desired size beside that', () => {
  const scaling = {
    rules: [{ kind: 'queue', metric: 'requests_per_second', serviceTime: '200ms' }],
    schedules: [{ cron: '0 8 * * MON-FRI', duration: '10h', minSize: 4 }],
    scaleIn: { order: 'oldest', drainCommand: ['drain'] },
    shrinkWindow: '10m',
  };
  const attributes = attributesOf('vm_group', (stack) => {
    new VmGroup(stack, 'web', { ...GROUP, scaling });
  });
  expect(attributes).toMatchObject({
    scaling: {
      rules: [{ kind: 'queue', metric: 'requests_per_second', service_time: '200ms' }],
      schedules: [{ cron: '0 8 * * MON-FRI', duration: '10h', min_size: 4 }],
      scale_in: { order: 'oldest', protected_member_ids: [], drain_command: ['drain'] },
      shrink_window: '10m',
    },
  });
  const trouble = findTrouble((stack) => {
    new VmGroup(stack, 'web', { ...GROUP, scaling, desiredSize: 3 });
  });
  expect(trouble).toContain('has a desired size and scaling, which chooses it.');
});
