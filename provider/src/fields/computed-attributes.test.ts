import { describe, expect, test } from '@jest/globals';
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../cty/unknown.ts';
import { foreseenValues, unchangedValues } from './field-values.ts';
import { RESOURCE_KINDS_BY_TYPE } from './resource-kinds.ts';

const RESTARTING = [
  'cpu_cores',
  'disk_gb',
  'drivers_image',
  'drivers_image_checksum',
  'memory_gb',
  'password_wo_version',
  'power_state',
  'reimage_trigger',
  'restart_window',
  'ssh_key_ids',
  'ssh_keys',
  'unattend_wo_version',
  'user_data',
  'user_data_wo_version',
];
const NOTHING_LIVE = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;
const SIZING = ['desired_size', 'max_size', 'min_size', 'scaling'];

/** The computed attributes that an update may make unknown, and the arguments that do. */
const RECOMPUTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  vm: {
    cost_per_hour: [
      'cpu_cores',
      'disk_gb',
      'memory_gb',
      'placement',
      'power_state',
      'requirements',
      'spot',
    ],
    guest_ip_addresses: ['power_state'],
    ip_address: ['network_id'],
    mac_address: ['network_id'],
    missing_network_ids: ['further_network_ids', 'network_id'],
    network_interfaces: ['further_network_ids', 'ip_address', 'network_id'],
    node: ['placement', 'requirements'],
    pending_restart: RESTARTING,
    restart_policy: ['healing'],
    status: ['power_state'],
    template_version: ['template_id'],
  },
  vm_group: {
    cost_per_hour: [...SIZING, 'vm'],
    member_ids: [...SIZING, 'vm'],
    ready_size: [...SIZING, 'vm'],
    size: SIZING,
    status: [...SIZING, 'vm'],
  },
  volume: { cost_per_hour: ['size_gb', 'type'], status: ['attached_to'] },
  template: { version: ['architecture', 'firmware', 'image', 'image_checksum', 'user_data'] },
  ssh_key: { fingerprint: ['public_key'], key_type: ['public_key'] },
  policy: { rego_version: ['rule'], version: ['rule'] },
  orchestration_policy: {
    name: ['document'],
    namespace: ['document'],
    priority: ['document'],
    version: ['document'],
  },
  policy_data: { version: ['document'] },
  workflow: { digest: ['text'], version: ['text'] },
};

const KINDS: readonly (readonly [string, FieldTable])[] = [
  ...Object.values(RESOURCE_KINDS_BY_TYPE).map(({ kind, table }) => [kind, table] as const),
  ...Object.entries(ADMINISTRATIVE_FIELDS),
];

/** The computed attributes of the state, by the arguments whose change makes each unknown. */
function recomputed(table: FieldTable): Record<string, readonly string[]> {
  const names = Object.keys(table).filter((name) => table[name]?.volatility !== 'volatile');
  const computed = names.filter(
    (name) => table[name]?.presence === 'computed' || table[name]?.isAssigned === true,
  );
  const given = names.filter((name) => table[name]?.presence !== 'computed');
  const prior = Object.fromEntries(names.map((name) => [name, table[name]?.example]));
  const found = new Map<string, string[]>();
  for (const changed of given) {
    const plan = { ...prior, [changed]: UNKNOWN };
    const kept = unchangedValues(table, { prior, plan, respelled: [] });
    for (const name of computed) {
      if (name === changed || name in kept) continue;
      found.set(name, [...(found.get(name) ?? []), changed].sort());
    }
  }
  return Object.fromEntries(found);
}

describe('computed attributes, as one argument after the other changes', () => {
  test.each(KINDS)('of %s: the others keep the value of the state', (kind, table) => {
    expect(recomputed(table)).toEqual(RECOMPUTED[kind] ?? {});
  });

  test('of a VM without a restart window: no change waits for one', () => {
    const prior = { cpu_cores: 1, pending_restart: [], restart_window: null };
    const settled = (plan: object) =>
      unchangedValues(VM_FIELDS, { prior, plan: { ...prior, ...plan }, respelled: [] });
    expect(settled({ cpu_cores: 2 })).toMatchObject({ pending_restart: [] });
    expect(settled({ restart_window: UNKNOWN })).not.toHaveProperty('pending_restart');
  });

  test('of a VM: what may restart it may wait for its window', () => {
    const mayRestart = Object.entries(VM_FIELDS).filter(
      ([, { effectOf, secrecy }]: [string, Field]) =>
        secrecy !== 'write-only' && ['restart', 'reimage'].includes(effectOf(1, 2, NOTHING_LIVE)),
    );
    expect(RESTARTING).toEqual(expect.arrayContaining(mayRestart.map(([name]) => name)));
  });
});

describe('the size of a VM group in a plan', () => {
  const GROUP = { min_size: 2, max_size: 4, desired_size: null, scaling: null };
  const SCALING = {
    rules: [{ kind: 'target', metric: 'queue_length_count', value: 10 }],
    schedules: [{ cron: '0 8 * * *', duration: '10h', min_size: 1, max_size: 8 }],
  };
  const sizeOf = (plan: object, size?: number) => {
    const prior = size === undefined ? {} : { prior: { ...GROUP, size } };
    return foreseenValues(VM_GROUP_FIELDS, { ...prior, plan: { ...GROUP, ...plan } }).size;
  };

  test.each([
    ['of a new group is its least one', {}, undefined, 2],
    ['of a new group is the desired one', { desired_size: 3 }, undefined, 3],
    ['of a new group that scales itself is not known', { scaling: SCALING }, undefined, undefined],
    ['is not known where a new least one is not', { min_size: UNKNOWN }, undefined, undefined],
    ['stays within its bounds', { max_size: 5 }, 3, 3],
    ['stays where it is no longer desired', {}, 3, 3],
    ['is raised to the least one', { min_size: 3 }, 2, 3],
    ['is lowered to the largest one', { max_size: 3 }, 4, 3],
    ['is the desired one', { desired_size: 4 }, 2, 4],
    ['is not known where the desired one is not', { desired_size: UNKNOWN }, 2, undefined],
    ['stays within the bounds of schedules', { scaling: SCALING }, 6, 6],
    [
      'is not known where a part of its rules is not',
      { scaling: { rules: UNKNOWN } },
      2,
      undefined,
    ],
  ])('%s', (_what, plan, size, expected) => {
    expect(sizeOf(plan, size)).toBe(expected);
  });
});

describe('the members of a VM group in a plan', () => {
  const VM = { cpu_cores: 2, memory_gb: 4, disk_gb: 20 };
  const READY = {
    min_size: 2,
    max_size: 4,
    vm: VM,
    size: 2,
    ready_size: 2,
    member_ids: ['vm_00000000000000000000000001', 'vm_00000000000000000000000002'],
    status: 'ready',
  };
  const DEGRADED = { ...READY, ready_size: 1, status: 'degraded' };
  const MISSING = { ...DEGRADED, member_ids: READY.member_ids.slice(1) };
  const ALL = ['ready_size', 'member_ids', 'status'];

  test.each([
    ['all stay with other labels', READY, { vm: { ...VM, metadata: { a: 'b' } } }, ALL],
    ['all stay with more memory', READY, { vm: { ...VM, memory_gb: 8 } }, ALL],
    ['all stay with larger disks', READY, { vm: { ...VM, disk_gb: 30 } }, ALL],
    ['all stay within other bounds', READY, { max_size: 5 }, ALL],
    ['smaller disks are new members', READY, { vm: { ...VM, disk_gb: 10 } }, []],
    ['another firmware is new members', READY, { vm: { ...VM, firmware: 'uefi' } }, []],
    ['more members are new ones', READY, { min_size: 3 }, []],
    ['what is not known may be new ones', READY, { vm: { ...VM, firmware: UNKNOWN } }, []],
    ['one that is not ready may be so then', DEGRADED, { max_size: 5 }, ['member_ids']],
    ['one that is missing is a new one', MISSING, { max_size: 5 }, []],
  ])('%s', (_what, prior, changed, kept) => {
    const { size: _, ...foreseen } = foreseenValues(VM_GROUP_FIELDS, {
      prior,
      plan: { ...prior, ...changed },
    });
    expect(Object.keys(foreseen)).toEqual(kept);
    expect(prior).toMatchObject(foreseen);
  });
});
