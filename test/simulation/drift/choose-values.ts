/** Chooses what resources of each kind are, and how they are changed. */

import type { Json } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Chance } from '../world/chance.ts';
import type { Values } from './book.ts';

/** Kinds that a world makes, as often as they stand here. */
export const KINDS: readonly ResourceKind[] = [
  'vm',
  'vm',
  'vm',
  'network',
  'volume',
  'security_group',
  'vm_group',
  'policy',
];

/** Most of each kind, so that the fleet holds them. */
export const KIND_COUNT_MAX: Partial<Readonly<Record<ResourceKind, number>>> = {
  vm: 4,
  network: 3,
  volume: 3,
  security_group: 3,
  vm_group: 1,
  policy: 2,
};

/** A policy that only warns: it must not keep the world from changing. */
const RULES = ['package a\n\nwarn contains "a" if false\n', 'package b\n\nallow := true\n'];

const RULE_LISTS: readonly Json[] = [
  [],
  ...['10.0.0.0/8', '0.0.0.0/0'].map((cidr) => [
    { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '443', cidr },
  ]),
];

/** The values of a new resource. */
export function chooseNew(chance: Chance, kind: ResourceKind): Values {
  switch (kind) {
    case 'vm':
      return {
        cpu_cores: chance.between(1, 2),
        memory_gb: chance.between(1, 2),
        disk_gb: 10,
        metadata: chooseLabels(chance),
        power_state: 'running',
        firewall_rules: null,
      };
    case 'network':
      return {
        cidr: `10.${chance.between(1, 250)}.0.0/16`,
        dns_servers: ['1.1.1.1'],
        metadata: chooseLabels(chance),
      };
    case 'volume':
      return {
        size_gb: chance.between(1, 5),
        type: chance.pick(['ssd', 'hdd']),
        metadata: chooseLabels(chance),
      };
    case 'security_group':
      return { description: 'a', rules: chance.pick(RULE_LISTS) };
    case 'vm_group':
      return {
        vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
        min_size: 1,
        max_size: 3,
        metadata: chooseLabels(chance),
      };
    default:
      return {
        type: 'compliance',
        enforcement_mode: 'audit',
        enabled: true,
        rule: chance.pick(RULES),
      };
  }
}

/** Some other values of a resource; `current` is what it has. */
export function chooseChange(
  chance: Chance,
  kind: ResourceKind,
  about: { readonly current: Values; readonly vmIds: readonly string[] },
): Values {
  const { current, vmIds } = about;
  switch (kind) {
    case 'vm':
      return chance.pick<() => Values>([
        () => ({ memory_gb: chance.between(1, 4) }),
        () => ({ cpu_cores: chance.between(1, 3) }),
        () => ({ power_state: chance.pick(['running', 'stopped']) }),
        () => ({ metadata: chooseLabels(chance) }),
        () => ({ memory_gb: chance.between(1, 4), metadata: chooseLabels(chance) }),
      ])();
    case 'network':
      if (chance.happens(0.3)) return { metadata: chooseLabels(chance) };
      return { dns_servers: chance.pick([['1.1.1.1'], ['8.8.8.8'], ['8.8.8.8', '1.1.1.1']]) };
    case 'volume':
      if (chance.happens(0.3)) return { metadata: chooseLabels(chance) };
      if (chance.happens(0.5)) return { size_gb: Number(current.size_gb) + chance.between(0, 2) };
      return { attached_to: chance.happens(0.4) ? null : (chance.pickAny(vmIds) ?? null) };
    case 'security_group':
      if (chance.happens(0.5)) return { description: chance.pick(['a', 'b', 'c']) };
      return { rules: chance.pick(RULE_LISTS) };
    case 'vm_group':
      return chance.pick<() => Values>([
        () => ({ max_size: chance.between(3, 5) }),
        () => ({ metadata: chooseLabels(chance) }),
        () => ({ vm: { cpu_cores: 1, memory_gb: chance.between(1, 2), disk_gb: 5 } }),
      ])();
    default:
      return chance.happens(0.5)
        ? { enabled: chance.happens(0.5) }
        : { enforcement_mode: chance.pick(['audit', 'warn']) };
  }
}

function chooseLabels(chance: Chance): Values {
  const labels = ['tier', 'owner', 'a.b'].filter(() => chance.happens(0.6));
  return Object.fromEntries(labels.map((label) => [label, chance.pick(['x', 'y', 'z'])]));
}
