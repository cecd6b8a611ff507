import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { VmPeerRule } from '@novacron/contract/placement/vm-placement';
import type {
  AffinityTerm,
  PeerSelector,
  PlacementRequest,
  SpreadTerm,
} from '@novacron/engine/placement/model/placement';
import { amountsOf } from './vm-amounts.ts';

/** The placement request of a VM with this spec. */
export function toPlacementRequest(spec: VmSpec): PlacementRequest {
  const { placement, anti_affinity: group } = spec;
  return {
    vm: {
      name: spec.name,
      ...amountsOf(spec),
      labels: spec.metadata ?? {},
      group: group ?? undefined,
      spot: spec.spot ? 'yes' : undefined,
      numa: placement?.numa ?? undefined,
    },
    constraints: {
      node: placement?.node ?? undefined,
      zone: placement?.zone ?? undefined,
      nodeLabels: placement?.rack == null ? undefined : { rack: placement.rack },
      // A spot VM is preempted only if its owner accepted that.
      spotRiskMax: spec.spot ? undefined : 0,
      affinity: termsOf(spec),
      spread: spreadOf(spec),
    },
    strategy: placement?.strategy ?? 'balanced',
  };
}

function termsOf({ placement, anti_affinity: group }: VmSpec): readonly AffinityTerm[] {
  const own: readonly AffinityTerm[] =
    group === null
      ? []
      : [{ rule: 'apart', to: { kind: 'group', group }, level: 'node', need: 'required' }];
  const together = (placement?.affinity ?? []).map((rule) => toTerm('together', rule));
  const apart = (placement?.anti_affinity ?? []).map((rule) => toTerm('apart', rule));
  return [...own, ...together, ...apart];
}

function toTerm(rule: AffinityTerm['rule'], wanted: VmPeerRule): AffinityTerm {
  return {
    rule,
    to: toSelector(wanted),
    level: wanted.level ?? 'node',
    need: wanted.mode === 'soft' ? 'preferred' : 'required',
  };
}

/** The schema allows exactly one of the three. */
function toSelector({ vm, group, labels }: VmPeerRule): PeerSelector {
  if (vm !== null) return { kind: 'vm', name: vm };
  if (group !== null) return { kind: 'group', group };
  return { kind: 'labels', labels: labels ?? {} };
}

function spreadOf(spec: VmSpec): readonly SpreadTerm[] {
  const level = spec.placement?.spread_domain ?? null;
  if (level === null) return [];
  const of: PeerSelector =
    spec.anti_affinity === null
      ? { kind: 'labels', labels: spec.metadata ?? {} }
      : { kind: 'group', group: spec.anti_affinity };
  return [{ of, level, maxSkew: 1, need: 'required' }];
}
