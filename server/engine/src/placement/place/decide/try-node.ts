/** Checks whether one node can hold a VM, for callers that know the node already. */

import { findRejections } from '../filters/reject-nodes.ts';
import { findNamedNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementPlan, PlacementRequest } from '../model/placement.ts';
import { countRequestPeers } from '../request/count-request-peers.ts';
import { validateRequest } from '../request/validate-request.ts';
import { weightsOfStrategy } from '../scorers/strategies.ts';
import { grantsOf } from './decide-placement.ts';

/**
 * Evaluates the rules for one node only: the result of `decidePlacement` for a request that allows
 * this node alone, without a score.
 * @param name - name of the node
 * @returns what the VM gets there; undefined where the node rejects it, where the whole fleet
 *   decides (a hard spread, the strategy failover) or where the request is invalid
 */
export function tryNode(
  fleet: FleetOverlay,
  request: PlacementRequest,
  name: string,
): Omit<PlacementPlan, 'decision'> | undefined {
  const there = { ...request, constraints: { ...request.constraints, node: name } };
  const known = findNamedNode(fleet.index, name);
  if (known === undefined || asksAll(request) || validateRequest(there) !== undefined)
    return undefined;
  const node = fleet.changed.get(known.id) ?? known;
  const countedRequest = { ...countRequestPeers(fleet, there), spreads: [] };
  if (findRejections(node, countedRequest).length > 0) return undefined;
  return { nodeId: node.id, ...grantsOf(node, countedRequest) };
}

function asksAll({ constraints, strategy }: PlacementRequest): boolean {
  const isGuarded = weightsOfStrategy(strategy).some((part) => part.name === 'failover');
  return isGuarded || (constraints.spread ?? []).length > 0;
}
