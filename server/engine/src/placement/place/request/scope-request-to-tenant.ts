/**
 * Scopes requests to their tenant, so that VMs of several tenants share one index while rules
 * select VMs of one tenant only.
 */
import type {
  AffinityTerm,
  Labels,
  PeerSelector,
  PlacementRequest,
  SpreadTerm,
} from '../model/placement.ts';

/**
 * Prefixes the names, groups and labels of a VM, and of its rules, with its owner.
 * @param owner - the tenant of the VM; no owner may be a prefix of another
 */
export function scopeRequestToTenant(owner: string, request: PlacementRequest): PlacementRequest {
  const { vm, constraints } = request;
  const { affinity, spread } = constraints;
  return {
    ...request,
    vm: {
      ...vm,
      name: mark(owner, vm.name),
      labels: markLabels(owner, vm.labels),
      group: vm.group === undefined ? undefined : mark(owner, vm.group),
    },
    constraints: {
      ...constraints,
      affinity: affinity?.map((term): AffinityTerm => ({ ...term, to: select(owner, term.to) })),
      spread: spread?.map((term): SpreadTerm => ({ ...term, of: select(owner, term.of) })),
    },
  };
}

function select(owner: string, selector: PeerSelector): PeerSelector {
  switch (selector.kind) {
    case 'vm':
      return { kind: 'vm', name: mark(owner, selector.name) };
    case 'group':
      return { kind: 'group', group: mark(owner, selector.group) };
    case 'labels':
      return { kind: 'labels', labels: markLabels(owner, selector.labels) };
  }
}

function markLabels(owner: string, labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [mark(owner, name), value]),
  );
}

function mark(owner: string, name: string): string {
  return `${owner}/${name}`;
}
