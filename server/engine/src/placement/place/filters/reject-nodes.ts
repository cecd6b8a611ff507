/** Finds the reasons against nodes, for rejections, explanations and the final check. */
import type { PlacementNode } from '../model/placement.ts';
import type { CountedRequest, RejectedNode, Rejection } from '../model/rule.ts';
import { selectFilters } from './select-filters.ts';

/**
 * Evaluates every filter for every node. All reasons against a node are listed, not only the first,
 * so that an operator does not free memory on a node only to find that its disk is full too.
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
