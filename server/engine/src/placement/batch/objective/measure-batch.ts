/** Measures how good an assignment is. */

import type { Amounts, PlacementNode } from '../../place/model/placement.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import type { Assignment, BatchInput } from '../model/batch.ts';

/** A node with the VMs of a batch that it takes. */
export interface NodeAfter {
  readonly node: PlacementNode;
  /** Indexes of its VMs among the requests. */
  readonly members: readonly number[];
  /** Use of its fullest dimension, 0 to 1. */
  readonly use: number;
}

/** Returns the nodes that take VMs of the batch, in no order. */
export function nodesAfter({ nodes, requests }: BatchInput, assignment: Assignment): NodeAfter[] {
  const members = new Map<string, number[]>();
  for (const [at, name] of assignment.entries()) {
    members.set(name, [...(members.get(name) ?? []), at]);
  }
  return nodes.flatMap((node) => {
    const there = members.get(node.name);
    if (there === undefined) return [];
    const use = useOf(
      node,
      there.map((at) => requests[at]?.vm).filter((vm) => vm !== undefined),
    );
    return [{ node, members: there, use }];
  });
}

/** The use of a node's fullest dimension once it has taken VMs, 0 to 1. */
export function useOf(node: PlacementNode, vms: readonly Amounts[]): number {
  return Math.max(
    ...DIMENSIONS.map((dimension) => {
      const key = AMOUNT_KEYS[dimension];
      const used = vms.reduce((sum, vm) => sum + vm[key], node.used[key]);
      const capacity = node.capacity[key];
      return used === 0 ? 0 : used / capacity;
    }),
  );
}

/** Whether a node holds nothing: a batch that uses it opens it. */
export function isEmpty({ vmCount, used }: PlacementNode): boolean {
  return vmCount === 0 && used.cpuCores === 0 && used.memoryMib === 0;
}

/**
 * Returns the value of the objective: nodes opened, or the use of the fullest node. Lower is
 * better.
 */
export function measureBatch(input: BatchInput, assignment: Assignment): number {
  const after = nodesAfter(input, assignment);
  return input.objective === 'nodes'
    ? after.filter(({ node }) => isEmpty(node)).length
    : Math.max(0, ...after.map(({ use }) => use));
}
