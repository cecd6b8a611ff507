/** The reasons against one node, asked before a request is pinned to it. */
import { findNamedNode } from './fleet/fleet-index.ts';
import type { FleetOverlay } from './fleet/overlay.ts';
import { prepareQuestion } from './fleet/survey.ts';
import type { PlacementAsk } from './model.ts';
import { findRejections } from './reject-nodes.ts';
import type { Rejection } from './rules/model.ts';

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
