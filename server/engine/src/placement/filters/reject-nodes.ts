/** The reasons against nodes, one by one: for refusals, for `why not`, and for the last check. */
import type { PlacementNode } from '../model/placement.ts';
import type { CountedRequest, RejectedNode, Rejection } from '../model/rule.ts';
import { selectFilters } from './select-filters.ts';

/**
 * Asks every filter about every node. A node is told all the reasons against it, not the first
 * only, so that nobody frees memory on a node to find out that its disk is full too.
 */
export function rejectNodes(
  nodes: readonly PlacementNode[],
  request: CountedRequest,
): readonly RejectedNode[] {
  return nodes.flatMap((node) => {
    const rejections = findRejections(node, request);
    return rejections.length === 0 ? [] : [{ node, rejections }];
  });
}

/** All reasons against one node; none means that it can hold the VM. */
export function findRejections(node: PlacementNode, request: CountedRequest): readonly Rejection[] {
  const rejections: Rejection[] = [];
  for (const { reject } of selectFilters(request)) {
    const rejection = reject(node, request);
    if (rejection !== undefined) rejections.push(rejection);
  }
  return rejections;
}
