/** Finds out whether the VMs that are expected have room on the nodes in service, with N+1. */

import { findUnguarded } from '../fleet/find-unguarded.ts';
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, putExpected, takeExpected } from '../fleet/fleet-state.ts';

/** Capacity that is missing for the expected VMs; places of nodes. */
export interface FoundShortage {
  readonly vms: number;
  readonly unguarded: ReadonlySet<number>;
}

/**
 * Places the expected VMs, the largest first, each on the node that is least full: so N+1 holds
 * longest. The state is as before afterwards.
 * @param unsafe - places of the nodes that have no N+1 without them either
 */
export function findShortage(state: FleetState, unsafe: ReadonlySet<number>): FoundShortage {
  const { expected, ranks } = state;
  if (expected.length === 0) return { vms: 0, unguarded: new Set() };
  const ordered = [...expected].sort((left, right) => rankOf(left) - rankOf(right));
  const rooms = emptiestFirst(state);
  const placed = ordered.filter((vm) => placeEmptiest(state, vm, rooms));
  const after = findUnguarded(state);
  for (const vm of placed.toReversed()) takeExpected(state, vm);
  return {
    vms: expected.length - placed.length,
    unguarded: new Set([...after].filter((node) => !unsafe.has(node))),
  };

  function rankOf(vm: number): number {
    return ranks.of[vm] ?? 0;
  }
}

/** Whether more VMs lack room, or further nodes N+1, than before. */
export function isShorter(now: FoundShortage, before: FoundShortage): boolean {
  if (now.vms > before.vms) return true;
  return [...now.unguarded].some((node) => !before.unguarded.has(node));
}

/** Nodes in service, the least full first: sorted once, and kept in order as VMs are placed. */
interface SortedNodes {
  readonly nodes: number[];
  /** Fullness of each node of the fleet. */
  readonly fullness: Float64Array;
}

function emptiestFirst(state: FleetState): SortedNodes {
  const fullness = Float64Array.from(state.nodes, (_, node) => fullnessOf(state, node));
  const nodes = state.nodes
    .flatMap((_, node) => (state.inService[node] === 1 ? [node] : []))
    .sort((left, right) => (isFuller(fullness, left, right) ? 1 : -1));
  return { nodes, fullness };
}

/** Compares the fullness of two nodes; at a tie, the later node counts as fuller. */
function isFuller(fullness: Float64Array, left: number, right: number): boolean {
  const more = (fullness[left] ?? 0) - (fullness[right] ?? 0);
  return more > 0 || (more === 0 && left > right);
}

/** @returns whether a node took the VM; then it is at its new place among the others */
function placeEmptiest(state: FleetState, vm: number, { nodes, fullness }: SortedNodes): boolean {
  let at = nodes.findIndex((to) => putExpected(state, vm, to));
  const node = nodes[at];
  if (node === undefined) return false;
  fullness[node] = fullnessOf(state, node);
  for (let next = nodes[at + 1]; next !== undefined; next = nodes[at + 1]) {
    if (!isFuller(fullness, node, next)) break;
    nodes[at] = next;
    at += 1;
  }
  nodes[at] = node;
  return true;
}

/** Returns the fullness of a node: the sum of the used shares of its dimensions. */
export function fullnessOf({ capacity, used }: FleetState, node: number): number {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    sum += (used[place] ?? 0) / Math.max(1, capacity[place] ?? 0);
  }
  return sum;
}
