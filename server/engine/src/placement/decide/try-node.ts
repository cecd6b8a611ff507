/** Whether one node can hold a VM: for callers who know already where it shall go. */

import { findRejections } from '../filters/reject-nodes.ts';
import { findNamedNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementAsk, PlacementPlan } from '../model/placement.ts';
import { countQuestion } from '../request/count-request-peers.ts';
import { checkAsk } from '../request/validate-request.ts';
import { partsOf } from '../scorers/strategies.ts';
import { grantsOf } from './decide-placement.ts';

/**
 * Asks the rules about one node, and nobody else: what `decidePlacement` answers for an ask that
 * allows this node alone, without a score.
 * @param name - the node's
 * @returns what the VM gets there; undefined where it cannot be there, where the whole fleet has a
 *   say (a hard spread, the strategy failover) or where the ask makes no sense
 */
export function takeNode(
  fleet: FleetOverlay,
  ask: PlacementAsk,
  name: string,
): Omit<PlacementPlan, 'decision'> | undefined {
  const there = { ...ask, constraints: { ...ask.constraints, node: name } };
  const known = findNamedNode(fleet.index, name);
  if (known === undefined || asksAll(ask) || checkAsk(there) !== undefined) return undefined;
  const node = fleet.changed.get(known.id) ?? known;
  const question = { ...countQuestion(fleet, there), spreads: [] };
  if (findRejections(node, question).length > 0) return undefined;
  return { nodeId: node.id, ...grantsOf(node, question) };
}

function asksAll({ constraints, strategy }: PlacementAsk): boolean {
  const isGuarded = partsOf(strategy).some((part) => part.name === 'failover');
  return isGuarded || (constraints.spread ?? []).length > 0;
}
