/** The reasons against nodes, one by one: for refusals, for `why not`, and for the last check. */
import type { PlacementNode } from '../model/placement.ts';
import type { PlacementQuestion, RejectedNode, Rejection } from '../model/rule.ts';
import { filtersOf } from './select-filters.ts';

/**
 * Asks every filter about every node. A node is told all the reasons against it, not the first
 * only, so that nobody frees memory on a node to find out that its disk is full too.
 */
export function rejectNodes(
  nodes: readonly PlacementNode[],
  question: PlacementQuestion,
): readonly RejectedNode[] {
  return nodes.flatMap((node) => {
    const rejections = findRejections(node, question);
    return rejections.length === 0 ? [] : [{ node, rejections }];
  });
}

/** All reasons against one node; none means that it can hold the VM. */
export function findRejections(
  node: PlacementNode,
  question: PlacementQuestion,
): readonly Rejection[] {
  const rejections: Rejection[] = [];
  for (const { refuse } of filtersOf(question)) {
    const rejection = refuse(node, question);
    if (rejection !== undefined) rejections.push(rejection);
  }
  return rejections;
}
