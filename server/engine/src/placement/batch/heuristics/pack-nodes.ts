/**
 * Packs VMs that are described by amounts alone onto few nodes: fills node after node with the VMs
 * that fit its free amounts best, then makes room for the remaining VMs by swaps. Each try weighs
 * the dimensions differently.
 * Sources of the idea: Panigrahy et al., "Heuristics for Vector Bin Packing" (2011): dot product,
 * node by node; ejection chains (Glover, 1996).
 */

import type { Rng } from '../../../env.ts';
import type { Steps } from '../../../steps.ts';
import type { PlacementNode } from '../../place/model/placement.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import { type BatchTable, hasTerms, isPlain } from '../fleet/batch-table.ts';
import type { Assignment } from '../model/batch.ts';
import { isEmpty } from '../objective/measure-batch.ts';

/** Tries; more of them rarely find a better packing. */
const TRIES_MAX = 24;

/** Steps of all tries, each of which looks at one kind on one node: some 30 ms. */
const STEPS_MAX = 1_000_000;

/** Ejections per try: a VM that is left may displace others. */
const EJECTIONS_MAX = 200;

const KEYS = DIMENSIONS.map((dimension) => AMOUNT_KEYS[dimension]);

/** Amounts by dimension. */
type Vector = readonly number[];

interface Bin {
  readonly node: PlacementNode;
  readonly free: number[];
  /** Current number of VMs by kind, and the maximum. */
  readonly counts: number[];
  readonly most: readonly number[];
}

interface PackingProblem {
  readonly sizes: readonly Vector[];
  readonly members: readonly number[];
  /** Preference by kind: other than 1 only to diversify a try. */
  readonly favour: readonly number[];
  readonly weights: Vector;
  /** Size of each kind as a single number. */
  readonly hefts: readonly number[];
}

/** Whether amounts alone decide where a batch may go: no rules between VMs, no devices. */
export function isOfAmounts(table: BatchTable): boolean {
  return !hasTerms(table) && table.kinds.every(({ countedRequest }) => isPlain(countedRequest));
}

/**
 * Searches for an assignment of a batch that opens few nodes.
 * @param opened - how many nodes: tried from few to many, equally often each
 * @returns undefined where none was found
 */
export function* packNodes(
  table: BatchTable,
  opened: { readonly from: number; readonly below: number },
  rng: Rng,
): Steps<Assignment | undefined> {
  const { kinds, nodes, input } = table;
  const from = Math.max(0, Math.ceil(opened.from));
  const cost = (nodes.length + input.requests.length) * kinds.length;
  const tries = Math.min(TRIES_MAX, STEPS_MAX / cost) / (opened.below - from);
  for (let count = from; count < opened.below; count += 1) {
    for (let at = 0; at < tries; at += 1) {
      yield;
      const bins = openBins(table, count);
      if (fill(bins, askQuestion(table, at === 0 ? undefined : rng), rng)) {
        return toAssignment(table, bins);
      }
    }
  }
  return undefined;
}

/** Lists the nodes in use, which cost nothing, and the largest of the empty ones. */
function openBins({ nodes, kinds }: BatchTable, opened: number): readonly Bin[] {
  const bins = nodes.map((node, at): Bin => {
    const free = KEYS.map((key) => node.capacity[key] - node.used[key]);
    return { node, free, counts: kinds.map(() => 0), most: kinds.map(({ most }) => most[at] ?? 0) };
  });
  const largest = KEYS.map((_, at) => Math.max(1, ...bins.map(({ free }) => free[at] ?? 0)));
  const roomOf = ({ free }: Bin) =>
    free.reduce((sum, amount, at) => sum + amount / (largest[at] ?? 1), 0);
  const empty = bins.filter(({ node, most }) => isEmpty(node) && most.some((count) => count > 0));
  empty.sort((left, right) => roomOf(right) - roomOf(left));
  return [...bins.filter(({ node }) => !isEmpty(node)), ...empty.slice(0, opened)];
}

/** Weighs the dimensions: scarce ones more, with some randomness in each try. */
function askQuestion({ kinds, nodes, input }: BatchTable, rng: Rng | undefined): PackingProblem {
  const sizes = kinds.map(({ request }) => KEYS.map((key) => request.vm[key]));
  const weights = KEYS.map((key) => {
    const room = Math.max(1, ...nodes.map(({ capacity }) => capacity[key]));
    const demand = input.requests.reduce((sum, { vm }) => sum + vm[key], 0) / room;
    return (demand * (rng === undefined ? 1 : Math.exp(2 * rng.next() - 1))) / room ** 2;
  });
  const noise = rng === undefined ? 0 : rng.next() * 0.3;
  const favour = kinds.map(() => (rng === undefined ? 1 : 1 + noise * (rng.next() - 0.5)));
  // Weights hold the square of what there is, for products of two amounts.
  const hefts = sizes.map((size) =>
    size.reduce((sum, amount, at) => sum + Math.sqrt(weights[at] ?? 0) * amount, 0),
  );
  const members = kinds.map((kind) => kind.members.length);
  return { sizes, members, favour, weights, hefts };
}

/** Fills the bins. @returns whether all VMs were placed */
function fill(bins: readonly Bin[], problem: PackingProblem, rng: Rng): boolean {
  const left = [...problem.members];
  for (const bin of bins) {
    for (;;) {
      const kind = bestFor(bin, left, problem);
      if (kind === undefined) break;
      put(bin, kind, problem, 1);
      left[kind] = (left[kind] ?? 0) - 1;
    }
  }
  return squeeze(bins, left, problem, rng);
}

/** Returns the kind that takes most of what the bin has most left of. */
function bestFor(bin: Bin, left: readonly number[], problem: PackingProblem): number | undefined {
  const { sizes, favour, weights } = problem;
  const worth = bin.free.map((amount, at) => amount * (weights[at] ?? 0));
  let best: number | undefined;
  let bestScore = -1;
  for (let kind = 0; kind < sizes.length; kind += 1) {
    const size = sizes[kind];
    if (size === undefined || left[kind] === 0 || !hasRoom(bin, kind, size)) continue;
    let score = 0;
    for (let at = 0; at < size.length; at += 1) score += (worth[at] ?? 0) * (size[at] ?? 0);
    score *= favour[kind] ?? 1;
    if (score > bestScore) {
      best = kind;
      bestScore = score;
    }
  }
  return best;
}

/** Places the remaining VMs, the largest first, by moving or ejecting others. */
function squeeze(
  bins: readonly Bin[],
  left: readonly number[],
  problem: PackingProblem,
  rng: Rng,
): boolean {
  const heftOf = (kind: number) => problem.hefts[kind] ?? 0;
  const waiting = left.flatMap((count, kind) => Array.from({ length: count }, () => kind));
  for (let turn = 0; waiting.length > 0; turn += 1) {
    if (turn === EJECTIONS_MAX) return false;
    waiting.sort((one, other) => heftOf(one) - heftOf(other));
    const kind = waiting.pop() ?? 0;
    if (putAnywhere(bins, kind, problem)) continue;
    const out = findEjection(bins, kind, problem, rng);
    if (out === undefined) return false;
    put(out.bin, out.kind, problem, -1);
    put(out.bin, kind, problem, 1);
    if (!putAnywhere(bins, out.kind, problem)) waiting.push(out.kind);
  }
  return true;
}

/** Chooses the VM to eject and its bin: one that fits elsewhere, else a smaller one. */
function findEjection(bins: readonly Bin[], kind: number, problem: PackingProblem, rng: Rng) {
  const { sizes, hefts } = problem;
  const size = sizes[kind] ?? [];
  let best: { readonly bin: Bin; readonly kind: number; readonly gain: number } | undefined;
  for (const bin of bins) {
    if ((bin.counts[kind] ?? 0) >= (bin.most[kind] ?? 0)) continue;
    for (let other = 0; other < sizes.length; other += 1) {
      const room = sizes[other] ?? [];
      if (bin.counts[other] === 0 || other === kind) continue;
      if (!fits(size, bin.free, room)) continue;
      if (bins.some((each) => each !== bin && hasRoom(each, other, room))) {
        return { bin, kind: other, gain: Number.POSITIVE_INFINITY };
      }
      const gain = ((hefts[kind] ?? 0) - (hefts[other] ?? 0)) * (0.5 + rng.next());
      if (gain > 0 && (best === undefined || gain > best.gain)) best = { bin, kind: other, gain };
    }
  }
  return best;
}

function putAnywhere(bins: readonly Bin[], kind: number, problem: PackingProblem): boolean {
  const bin = bins.find((each) => hasRoom(each, kind, problem.sizes[kind] ?? []));
  if (bin !== undefined) put(bin, kind, problem, 1);
  return bin !== undefined;
}

function hasRoom({ free, counts, most }: Bin, kind: number, size: Vector): boolean {
  return (counts[kind] ?? 0) < (most[kind] ?? 0) && fits(size, free);
}

/** Whether there is room, including what an ejected VM frees. */
function fits(size: Vector, free: Vector, given?: Vector): boolean {
  for (let at = 0; at < size.length; at += 1) {
    if ((size[at] ?? 0) > (free[at] ?? 0) + (given?.[at] ?? 0)) return false;
  }
  return true;
}

function put({ free, counts }: Bin, kind: number, { sizes }: PackingProblem, by: 1 | -1): void {
  counts[kind] = (counts[kind] ?? 0) + by;
  for (const [at, amount] of (sizes[kind] ?? []).entries()) {
    free[at] = (free[at] ?? 0) - by * amount;
  }
}

function toAssignment({ kinds }: BatchTable, bins: readonly Bin[]): Assignment {
  const assignment: string[] = [];
  for (const [kind, { members }] of kinds.entries()) {
    const waiting = [...members];
    for (const { node, counts } of bins) {
      for (const at of waiting.splice(0, counts[kind] ?? 0)) assignment[at] = node.name;
    }
  }
  return assignment;
}
