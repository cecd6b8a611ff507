/** The reasons against one node, asked before a request is pinned to it. */

import { findRejections } from '../filters/reject-nodes.ts';
import { findNamedNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementAsk } from '../model/placement.ts';
import type { Rejection } from '../model/rule.ts';
import { prepareQuestion } from '../ranking/survey-fleet.ts';

/**
 * Finds all reasons against a node. A request that names the node is another question: a pin is a
 * place of its own to spread terms, which then see this node alone.
 * @returns none where it can hold the VM; undefined where the fleet has no node of that name
 */
export function findRefusals(
  fleet: FleetOverlay,
  ask: PlacementAsk,
  nodeName: string,
): readonly Rejection[] | undefined {
  const node = findNamedNode(fleet.index, nodeName);
  if (node === undefined) return undefined;
  const { question } = prepareQuestion(fleet, ask);
  return findRejections(fleet.changed.get(node.id) ?? node, question);
}
