/**
 * Invariants after every commit: no VM shares a place with a VM that it must be apart from, or is
 * outside the only zone that it allows.
 */
import type { JsonObject } from '@novacron/contract/json';
import { type Accounts, desiredOf } from './books.ts';

type Placed = Pick<Accounts, 'nodes' | 'vms' | 'allocations'>;

/**
 * Anti-affinity as the VM requests it: read from the request, not from NovaCron's interpretation.
 */
interface Apart {
  readonly speaksOf: (other: JsonObject) => boolean;
  readonly level: 'node' | 'rack' | 'zone';
}

interface Place {
  readonly vm: Accounts['vms'][number];
  readonly desired: JsonObject;
  readonly at: Readonly<Record<Apart['level'], string>>;
}

/**
 * @returns a sentence for each pair of VMs that a hard rule keeps apart and that share a place, and
 *   for each VM that is not where it must be
 */
export function checkRules(accounts: Placed): string[] {
  const places = placesOf(accounts);
  return [...checkApart(places), ...checkZones(places)];
}

function checkZones(places: readonly Place[]): string[] {
  return places.flatMap(({ vm, desired, at }) => {
    const wanted = (desired.placement as JsonObject | null)?.zone ?? at.zone;
    return wanted === at.zone ? [] : [`${vm.name} must be in ${wanted}, and is in ${at.zone}`];
  });
}

function checkApart(places: readonly Place[]): string[] {
  return places.flatMap((one) => {
    const rules = apartOf(one.desired);
    if (rules.length === 0) return [];
    return places.flatMap((other) => {
      if (other.vm.id === one.vm.id || other.vm.tenant_id !== one.vm.tenant_id) return [];
      return rules
        .filter(
          (rule) => rule.speaksOf(other.desired) && one.at[rule.level] === other.at[rule.level],
        )
        .map(
          ({ level }) =>
            `${one.vm.name} shares its ${level} ${one.at[level]} with ${other.vm.name}`,
        );
    });
  });
}

/** A VM that moves is in two places until it has arrived. */
function placesOf({ nodes, vms, allocations }: Placed): Place[] {
  const nodesById = new Map<string, Placed['nodes'][number]>(nodes.map((node) => [node.id, node]));
  const vmsById = new Map<string, Placed['vms'][number]>(vms.map((vm) => [vm.id, vm]));
  return allocations.flatMap(({ vm_id, node_id }) => {
    const vm = vmsById.get(vm_id);
    const node = nodesById.get(node_id);
    if (vm === undefined || node === undefined) return [];
    const { name, zone, rack } = node;
    const at = { node: name, rack: `${zone}/${rack}`, zone };
    return [{ vm, desired: desiredOf(vm), at }];
  });
}

function apartOf({ anti_affinity: group, placement }: JsonObject): Apart[] {
  const own: Apart[] =
    typeof group === 'string'
      ? [{ speaksOf: (other) => other.anti_affinity === group, level: 'node' }]
      : [];
  // Checked by the schema when it was written.
  const rules = ((placement as JsonObject | null)?.anti_affinity ?? []) as readonly JsonObject[];
  const hard = rules.filter(({ mode }) => mode !== 'soft');
  return [
    ...own,
    ...hard.map(
      (rule): Apart => ({
        speaksOf: (other) => isSelected(rule, other),
        level: (rule.level ?? 'node') as Apart['level'],
      }),
    ),
  ];
}

function isSelected(rule: JsonObject, other: JsonObject): boolean {
  if (typeof rule.vm === 'string') return other.name === rule.vm;
  if (typeof rule.group === 'string') return other.anti_affinity === rule.group;
  const labels = Object.entries((rule.labels ?? {}) as JsonObject);
  const has = (other.metadata ?? {}) as JsonObject;
  return labels.length > 0 && labels.every(([key, value]) => has[key] === value);
}
