/** Node markings: the nodes that a VM's own constraints allow, whatever is free or placed there. */

import { findRejections } from '../../place/filters/reject-nodes.ts';
import type { Amounts, PlacementNode, PlacementRequest } from '../../place/model/placement.ts';
import type { ResidentVm } from '../model/optimizer.ts';

const NOTHING: Amounts = { cpuCores: 0, memoryMib: 0, diskGb: 0 };

/** Filters of placement that look at markings: zones, labels, taints, networks, pins and so on. */
export interface NodeMarkings {
  readonly admits: (vm: number, node: number) => boolean;
}

/** Evaluates the filters once for all VMs with the same constraints. */
export function makeNodeMarkings(
  nodes: readonly PlacementNode[],
  vms: readonly Pick<ResidentVm, 'request'>[],
): NodeMarkings {
  const maskOf = rememberMasks(nodes);
  const masks = vms.map(({ request }) => maskOf(request));
  return { admits: (vm, node) => masks[vm]?.[node] === 1 };
}

/**
 * Returns a function that says which nodes a request allows by its markings: 1 for each that it
 * does, and the same array for requests with the same constraints.
 */
export function rememberMasks(
  nodes: readonly PlacementNode[],
): (request: PlacementRequest) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  const blank = nodes.map((node) => ({ ...node, status: 'ready', used: NOTHING }) as const);
  return (request) => {
    const bare = withoutSizes(request);
    const key = JSON.stringify(bare);
    const mask =
      known.get(key) ??
      Uint8Array.from(blank, (node) => Number(findRejections(node, bare).length === 0));
    known.set(key, mask);
    return mask;
  };
}

/** Sizes and terms about other VMs are checked for each move. */
function withoutSizes({
  vm,
  constraints,
  licences,
  unknownFacts,
}: PlacementRequest): PlacementRequest {
  const { affinity: _affinity, spread: _spread, ...rest } = constraints;
  return {
    vm: { ...vm, ...NOTHING, name: '', labels: {}, group: undefined },
    constraints: rest,
    strategy: 'balanced',
    licences,
    unknownFacts,
  };
}
