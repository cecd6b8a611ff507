/** Where VMs of a simulated group go: new ones, those of a node to be left, and to be spread. */
import { NODE_SLOTS, NODES } from './sizes.ts';

/** One VM and its new node. */
export interface Move {
  /** Its place in the group. */
  readonly vm: number;
  readonly to: number;
}

/** The fullest node with room that is not disturbed, of equal ones the first. */
export function findTarget(nodes: readonly number[], disturbed: number): number {
  const counts = countVms(nodes);
  return pickTarget(counts, (node) => (disturbed & (1 << node)) === 0) ?? 0;
}

/**
 * Moves that leave one node: one that is disturbed, or else the one with the fewest VMs if the
 * others in use have room for them.
 */
export function findDrain(nodes: readonly number[], disturbed: number): readonly Move[] {
  const counts = countVms(nodes);
  const isQuiet = (node: number) => (disturbed & (1 << node)) === 0;
  const noisy = counts.findIndex((count, node) => count > 0 && !isQuiet(node));
  if (noisy >= 0) return leave(nodes, noisy, (node) => isQuiet(node));
  const used = [...counts.keys()].filter((node) => (counts[node] ?? 0) > 0);
  const [emptiest = -1] = used.toSorted((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0) || b - a);
  const room = used.reduce((sum, node) => sum + NODE_SLOTS - (counts[node] ?? 0), 0);
  const own = counts[emptiest] ?? 0;
  if (used.length < 2 || room - (NODE_SLOTS - own) < own) return [];
  return leave(nodes, emptiest, (node) => (counts[node] ?? 0) > 0);
}

/** Moves after which no node in use has two VMs more than another. */
export function findSpread(nodes: readonly number[]): readonly Move[] {
  const counts = countVms(nodes);
  const used = [...counts.keys()].filter((node) => (counts[node] ?? 0) > 0);
  const moves: Move[] = [];
  const moved = new Set<number>();
  for (;;) {
    const most = used.reduce(
      (best, node) => (count(node) > count(best) ? node : best),
      used[0] ?? 0,
    );
    const least = used.reduce((best, node) => (count(node) < count(best) ? node : best), most);
    if (count(most) - count(least) < 2) return moves;
    const vm = nodes.findIndex((node, at) => node === most && !moved.has(at));
    moves.push({ vm, to: least });
    moved.add(vm);
    counts[most] = count(most) - 1;
    counts[least] = count(least) + 1;
  }

  function count(node: number): number {
    return counts[node] ?? 0;
  }
}

function leave(
  nodes: readonly number[],
  from: number,
  isTarget: (node: number) => boolean,
): readonly Move[] {
  const counts = countVms(nodes);
  return nodes.flatMap((node, vm) => {
    if (node !== from) return [];
    const to = pickTarget(counts, (each) => each !== from && isTarget(each));
    if (to === undefined) return [];
    counts[to] = (counts[to] ?? 0) + 1;
    return [{ vm, to }];
  });
}

function pickTarget(
  counts: readonly number[],
  isTarget: (node: number) => boolean,
): number | undefined {
  let best: number | undefined;
  for (const [node, count] of counts.entries()) {
    if (count >= NODE_SLOTS || !isTarget(node)) continue;
    if (best === undefined || count > (counts[best] ?? 0)) best = node;
  }
  return best;
}

function countVms(nodes: readonly number[]): number[] {
  const counts = Array.from({ length: NODES }, () => 0);
  for (const node of nodes) counts[node] = (counts[node] ?? 0) + 1;
  return counts;
}
