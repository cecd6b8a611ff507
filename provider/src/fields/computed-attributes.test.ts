import { describe, expect, test } from '@jest/globals';
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../cty/unknown.ts';
import { unchangedValues } from './field-values.ts';
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
    cost_per_hour: ['cpu_cores', 'disk_gb', 'memory_gb', 'placement', 'requirements', 'spot'],
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
    member_ids: [...SIZING, 'vm'],
    ready_size: [...SIZING, 'vm'],
    size: SIZING,
    status: [...SIZING, 'vm'],
  },
  volume: { status: ['attached_to'] },
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
