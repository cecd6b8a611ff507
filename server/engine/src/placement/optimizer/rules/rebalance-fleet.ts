/**
 * Evens a fleet out, one best move after another.
 * Source of the idea: Ganeti's hbal, which descends in the same way.
 */
import { type FleetState, mayGo, moveVm, undoMoves } from '../fleet/fleet-state.ts';
import { type Imbalance, imbalanceAfter, measureImbalance } from '../fleet/measure-imbalance.ts';
import type { ImbalanceWeights } from '../model/optimizer.ts';

/** A move that brings less than this part of what there is to gain is not worth its copying. */
const GAIN_RATIO_MIN = 1e-3;

/** Pairs of VM and node looked at for one move; beyond that only the most uneven nodes are. */
const PAIRS_MAX = 1_000_000;

/** Moves tried for one that is made: after that many rejections nothing better is expected. */
const REFUSALS_MAX = 256;

interface Candidate {
  readonly vm: number;
  readonly to: number;
  readonly total: number;
}

/** Moves VMs until nothing more is gained or the budget is used up. */
export function rebalanceFleet(state: FleetState, weights: ImbalanceWeights | undefined): void {
  const first = measureImbalance(state, weights);
  const gainMin = first.total * GAIN_RATIO_MIN;
  const begun = state.made.length;
  let imbalance = first;
  while (state.made.length < state.movesMax) {
    if (makeBestMove(state, imbalance, gainMin) === 'none') break;
    imbalance = measureImbalance(state, weights);
  }
  shortenWays(state, begun, weights);
}

function makeBestMove(state: FleetState, imbalance: Imbalance, gainMin: number): 'made' | 'none' {
  const enough = imbalance.total - gainMin;
  let best: Candidate | undefined;
  findCandidates(state, imbalance, (vm, to, total) => {
    if (total <= enough && (best === undefined || total < best.total)) best = { vm, to, total };
  });
  if (best === undefined) return 'none';
  if (moveVm(state, best.vm, best.to) === undefined) return 'made';
  // Listed only now: most of the time the first one is made.
  const others: Candidate[] = [];
  findCandidates(state, imbalance, (vm, to, total) => {
    if (total <= enough) others.push({ vm, to, total });
  });
  others.sort((left, right) => left.total - right.total);
  for (const { vm, to } of others.slice(0, REFUSALS_MAX)) {
    if (moveVm(state, vm, to) === undefined) return 'made';
  }
  return 'none';
}

/** Yields every move that room and markings allow, and the imbalance after it. */
function findCandidates(
  state: FleetState,
  imbalance: Imbalance,
  tell: (vm: number, to: number, total: number) => void,
): void {
  const { vms, home } = state;
  const { sources, targets } = pickNodes(state, imbalance);
  const move = { vm: 0, to: 0 };
  for (let vm = 0; vm < vms.length; vm += 1) {
    if (!sources.has(home[vm] ?? -1) || vms[vm]?.immovable !== undefined) continue;
    move.vm = vm;
    for (const to of targets) {
      if (!mayGo(state, vm, to)) continue;
      move.to = to;
      tell(vm, to, imbalanceAfter(state, imbalance, move));
    }
  }
}

/** All nodes in service; in a large fleet the fullest ones to come from, the emptiest to go to. */
function pickNodes(
  { nodes, vms, inService }: FleetState,
  { values, weights }: Imbalance,
): { readonly sources: ReadonlySet<number>; readonly targets: readonly number[] } {
  const all = nodes.flatMap((_, node) => (inService[node] === 1 ? [node] : []));
  if (vms.length * all.length <= PAIRS_MAX) return { sources: new Set(all), targets: all };
  const measures = weights.length;
  const fullness = (node: number) =>
    weights.reduce((sum, weight, at) => sum + weight * (values[node * measures + at] ?? 0), 0);
  const fullestFirst = all.toSorted((left, right) => fullness(right) - fullness(left));
  const perNode = Math.max(1, vms.length / all.length);
  const some = Math.max(1, Math.floor(Math.sqrt(PAIRS_MAX / perNode)));
  return { sources: new Set(fullestFirst.slice(0, some)), targets: fullestFirst.slice(-some) };
}

/**
 * Moves VMs that were moved twice directly to their final node, if every rule allows it and no move
 * on the way makes the fleet more uneven; otherwise nothing changes.
 */
function shortenWays(
  state: FleetState,
  begun: number,
  weights: ImbalanceWeights | undefined,
): void {
  const made = state.made.slice(begun);
  const ends = new Map<number, number>();
  for (const { vm, to } of made) ends.set(vm, to);
  if (ends.size === made.length) return;
  undoMoves(state, begun);
  const waiting = [...ends].filter(([vm, to]) => state.home[vm] !== to);
  let imbalance = measureImbalance(state, weights);
  while (waiting.length > 0) {
    const at = takeNext(state, waiting, imbalance);
    if (at === undefined) break;
    waiting.splice(at, 1);
    imbalance = measureImbalance(state, weights);
  }
  if (waiting.length === 0) return;
  undoMoves(state, begun);
  for (const { vm, to } of made) moveVm(state, vm, to);
}

/** Makes the best of the moves that are left; undefined where none may be made. */
function takeNext(
  state: FleetState,
  waiting: readonly (readonly [number, number])[],
  imbalance: Imbalance,
): number | undefined {
  const ranked = waiting
    .map(([vm, to], at) => ({ at, vm, to, total: imbalanceAfter(state, imbalance, { vm, to }) }))
    .filter(({ total }) => total <= imbalance.total)
    .toSorted((left, right) => left.total - right.total);
  return ranked.find(({ vm, to }) => moveVm(state, vm, to) === undefined)?.at;
}
