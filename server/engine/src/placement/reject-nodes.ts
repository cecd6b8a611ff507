/** The first half of the pipeline: parts the nodes that can hold the VM from those that cannot. */
import type { Filter, PlacementInput, PlacementNode, RejectedNode, Rejection } from './model.ts';
import { refuseCpu } from './rules/refuse-cpu.ts';
import { refuseDisk } from './rules/refuse-disk.ts';
import { refuseExcluded } from './rules/refuse-excluded.ts';
import { refuseMemory } from './rules/refuse-memory.ts';
import { refusePinnedElsewhere } from './rules/refuse-pinned-elsewhere.ts';
import { refuseStatus } from './rules/refuse-status.ts';
import { refuseZone } from './rules/refuse-zone.ts';

/** All filters, in the order in which their reasons are told. */
const FILTERS: readonly Filter[] = [
  refuseStatus,
  refusePinnedElsewhere,
  refuseExcluded,
  refuseZone,
  refuseCpu,
  refuseMemory,
  refuseDisk,
];

/**
 * Asks every filter about every node. A node is told all the reasons against it, not the first
 * only, so that nobody frees memory on a node to find out that its disk is full too.
 */
export function rejectNodes(input: PlacementInput): {
  readonly fitting: readonly PlacementNode[];
  readonly rejected: readonly RejectedNode[];
} {
  const fitting: PlacementNode[] = [];
  const rejected: RejectedNode[] = [];
  for (const node of input.nodes) {
    const rejections = findRejections(node, input);
    if (rejections.length === 0) fitting.push(node);
    else rejected.push({ node, rejections });
  }
  return { fitting, rejected };
}

/** All reasons against one node; none means that it can hold the VM. */
export function findRejections(node: PlacementNode, input: PlacementInput): readonly Rejection[] {
  const rejections: Rejection[] = [];
  for (const refuse of FILTERS) {
    const rejection = refuse(node, input);
    if (rejection !== undefined) rejections.push(rejection);
  }
  return rejections;
}

/** Nodes refused, counted per reason; a node with two reasons counts under both. */
export function countRejections(rejected: readonly RejectedNode[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rejections } of rejected) {
    for (const { reason } of rejections) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
