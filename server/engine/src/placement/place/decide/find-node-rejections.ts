/** Finds the reasons against one node before a request is pinned to it. */

import { findRejections } from '../filters/reject-nodes.ts';
import { findNamedNode } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementRequest } from '../model/placement.ts';
import type { Rejection } from '../model/rule.ts';
import { prepareRequest } from '../ranking/scan-fleet.ts';

/**
 * Finds all reasons against a node. A request pinned to the node is a different one: spread terms
 * would then see this node alone.
 * @returns an empty list where it can hold the VM; undefined where the fleet has no node of that
 *   name
 */
export function findNodeRejections(
  fleet: FleetOverlay,
  request: PlacementRequest,
  nodeName: string,
): readonly Rejection[] | undefined {
  const node = findNamedNode(fleet.index, nodeName);
  if (node === undefined) return undefined;
  const { countedRequest } = prepareRequest(fleet, request);
  return findRejections(fleet.changed.get(node.id) ?? node, countedRequest);
}
