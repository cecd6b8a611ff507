/** Iterates over the nodes of a ranking, best first. */
import type { Rng } from '../../../env.ts';
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import { SCORE_STEPS } from '../index/rule-cache.ts';
import type { PlacementNode } from '../model/placement.ts';
import type { Ranking } from './rank-rows.ts';
import type { FleetScan } from './scan-fleet.ts';

/** A node, the row that it comes from, and its score. */
export interface RankedNode {
  readonly node: PlacementNode;
  readonly row: number;
  readonly total: number;
}

interface DrawnNode extends RankedNode {
  readonly lot: number;
}

/** Rows that were read, and their totals; those returned already have none. */
interface ReadRows {
  readonly rows: number[];
  readonly totals: number[];
}

/**
 * Number of nodes that most callers need; sorting all nodes of an empty fleet would be wasteful.
 */
const PICKED_FIRST = 4;

/**
 * Maximum by which rounding lifts a total above its bound: half a step, plus the error of adding.
 */
const ROUNDED_MAX = 0.501 / SCORE_STEPS;

const GIVEN = Number.NEGATIVE_INFINITY;

/**
 * Yields nodes one by one, the higher score first. Ties are broken at random; the random number of
 * a node depends on the seed, the VM and the node alone, never on the other nodes.
 * @remarks Blocks are read in the order of their bounds, and only while one of them may hold a node
 * as good as the best of those read: the answer is that of reading all.
 */
export function* bestNodes(
  index: FleetIndex,
  survey: FleetScan,
  order: { readonly ranking: Ranking; readonly rng: Rng },
): Generator<RankedNode> {
  const { bounds, special } = order.ranking;
  const heap = makeBlockHeap(index.scratch.blocks, survey.count, bounds);
  const read: ReadRows = { rows: Array.from(special, (_, at) => -1 - at), totals: [...special] };
  for (;;) {
    let best = highestOf(read.totals);
    for (let block = heap.top(); block !== undefined; block = heap.top()) {
      if ((bounds[block] ?? 0) + ROUNDED_MAX < best) break;
      heap.pop();
      best = Math.max(best, readBlock(index, survey, { block, ranking: order.ranking, read }));
    }
    if (best === GIVEN) return;
    const drawn: DrawnNode[] = [];
    for (let at = 0; at < read.rows.length; at += 1) {
      if (read.totals[at] !== best) continue;
      read.totals[at] = GIVEN;
      const row = read.rows[at] ?? 0;
      for (const node of nodesOf(index, survey, row)) {
        drawn.push({ node, row, total: best, lot: order.rng.fork(node.name).next() });
      }
    }
    yield* inOrder(drawn);
  }
}

function highestOf(totals: readonly number[]): number {
  let highest = GIVEN;
  for (let at = 0; at < totals.length; at += 1) {
    const total = totals[at] ?? 0;
    if (total > highest) highest = total;
  }
  return highest;
}

/** Reads the rows of a block that are not rejected. @returns the highest of their totals */
function readBlock(
  { table }: FleetIndex,
  { caches: { places, loads } }: FleetScan,
  known: { readonly block: number; readonly ranking: Ranking; readonly read: ReadRows },
): number {
  const { block, ranking, read } = known;
  const totals = ranking.readTotals(block);
  const first = block * BLOCK_ROWS;
  const filled = table.filled[block] ?? 0;
  let highest = GIVEN;
  for (let at = 0; at < filled; at += 1) {
    const row = first + at;
    const placeMask = places.masks[table.places[row] ?? 0] ?? 0;
    if ((placeMask | (loads.masks[table.loads[row] ?? 0] ?? 0)) !== 0) continue;
    const total = totals[at] ?? 0;
    if (total > highest) highest = total;
    read.rows.push(row);
    read.totals.push(total);
  }
  return highest;
}

function* inOrder(drawn: DrawnNode[]): Generator<RankedNode> {
  let left = drawn;
  for (let picked = 0; picked < PICKED_FIRST && left.length > PICKED_FIRST; picked += 1) {
    let first = left[0];
    for (const each of left) if (first === undefined || comesBefore(each, first)) first = each;
    if (first === undefined) return;
    yield first;
    const taken = first;
    left = left.filter((each) => each !== taken);
  }
  left = left.sort((one, other) => (comesBefore(one, other) ? -1 : 1));
  yield* left;
}

function comesBefore(one: DrawnNode, other: DrawnNode): boolean {
  return one.lot === other.lot ? one.node.name < other.node.name : one.lot < other.lot;
}

/** Lists the nodes of a row. */
export function nodesOf(
  index: FleetIndex,
  { nodes, ungrouped }: FleetScan,
  row: number,
): readonly PlacementNode[] {
  if (row < 0) return nodes.slice(-1 - row, -row);
  const slots = index.classes[row]?.slots ?? [];
  return slots.flatMap((slot) => (ungrouped.has(slot) ? [] : (index.nodes[slot] ?? [])));
}

/** Returns blocks by their bounds. */
export interface BlockHeap {
  /** The block of the highest bound; undefined when all are taken. */
  readonly top: () => number | undefined;
  /** Removes the top. */
  readonly pop: () => void;
}

/**
 * Makes a heap of the first `count` of the blocks, in their place.
 * Source: Floyd, "Algorithm 245: Treesort" (1964): making it takes a time linear in the blocks.
 */
function makeBlockHeap(blocks: Int32Array, count: number, bounds: Float64Array): BlockHeap {
  let size = count;
  const boundAt = (at: number) => bounds[blocks[at] ?? 0] ?? 0;
  const sink = (from: number) => {
    const block = blocks[from] ?? 0;
    const bound = bounds[block] ?? 0;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && boundAt(child + 1) > boundAt(child)) child += 1;
      if (boundAt(child) <= bound) break;
      blocks[at] = blocks[child] ?? 0;
      at = child;
    }
    blocks[at] = block;
  };
  for (let at = Math.floor(size / 2) - 1; at >= 0; at -= 1) sink(at);
  return {
    top: () => (size === 0 ? undefined : blocks[0]),
    pop: () => {
      size -= 1;
      blocks[0] = blocks[size] ?? 0;
      sink(0);
    },
  };
}
