/** Finds out whether the VMs that are expected have room on the nodes in service, with N+1. */

import { findUnguarded } from '../fleet/find-unguarded.ts';
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, putExpected, takeExpected } from '../fleet/fleet-state.ts';

/** What the expected VMs lack; places of nodes. */
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
  const placed = ordered.filter((vm) =>
    emptiestFirst(state).some((to) => putExpected(state, vm, to)),
  );
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

function emptiestFirst(state: FleetState): readonly number[] {
  const fullness = state.nodes.map((_, node) => fullnessOf(state, node));
  return state.nodes
    .flatMap((_, node) => (state.inService[node] === 1 ? [node] : []))
    .sort((left, right) => (fullness[left] ?? 0) - (fullness[right] ?? 0) || left - right);
}

/** How full a node is: the sum of the shares of its dimensions that are in use. */
export function fullnessOf({ capacity, used }: FleetState, node: number): number {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    sum += (used[place] ?? 0) / Math.max(1, capacity[place] ?? 0);
  }
  return sum;
}
