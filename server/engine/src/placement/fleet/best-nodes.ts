/** The best nodes of a ranking, best first. */
import type { Rng } from '../../env.ts';
import type { PlacementNode } from '../model.ts';
import type { FleetIndex } from './fleet-index.ts';
import type { Ranking } from './rank-rows.ts';
import type { Survey } from './survey.ts';

/** A node and the row that it comes from. */
export interface RankedNode {
  readonly node: PlacementNode;
  readonly row: number;
}

interface DrawnNode extends RankedNode {
  readonly lot: number;
}

/** As many as are wanted most of the time; sorting all nodes of an empty fleet would be a waste. */
const PICKED_FIRST = 4;

/**
 * Gives nodes one by one, the higher score first. Equal scores are decided by lot; a node's lot
 * depends on the seed, the VM and the node alone, never on the other nodes.
 */
export function* bestNodes(
  index: FleetIndex,
  survey: Survey,
  order: { readonly ranking: Ranking; readonly rng: Rng },
): Generator<RankedNode> {
  const { totals, count } = order.ranking;
  const scored = totals.subarray(0, count);
  const highest = findHighest(scored);
  let above = Number.POSITIVE_INFINITY;
  for (let place = 0; ; place += 1) {
    const best = highest[place] ?? findBelow(scored, above);
    if (best === undefined) return;
    above = best;
    const drawn: DrawnNode[] = [];
    for (let row = 0; row < count; row += 1) {
      if (totals[row] !== best) continue;
      for (const node of nodesOf(index, survey, row)) {
        drawn.push({ node, row, lot: order.rng.fork(node.name).next() });
      }
    }
    yield* inOrder(drawn);
  }
}

/** The highest totals, each once, in one reading: as many as most decisions print. */
function findHighest(totals: Float64Array): readonly number[] {
  const highest: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < totals.length; row += 1) {
    const total = totals[row] ?? 0;
    if (total <= least || highest.includes(total)) continue;
    const place = highest.findIndex((each) => each < total);
    highest.splice(place === -1 ? highest.length : place, 0, total);
    if (highest.length > PICKED_FIRST) highest.pop();
    if (highest.length === PICKED_FIRST) least = highest.at(-1) ?? least;
  }
  return highest;
}

function findBelow(totals: Float64Array, above: number): number | undefined {
  let best: number | undefined;
  for (let row = 0; row < totals.length; row += 1) {
    const total = totals[row] ?? 0;
    if (total < above && (best === undefined || total > best)) best = total;
  }
  return best;
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

function nodesOf(index: FleetIndex, survey: Survey, row: number): readonly PlacementNode[] {
  const { fitting, specials } = survey;
  const { classes, nodes, rows } = fitting;
  if (row >= classes) return nodes.slice(row - classes, row - classes + 1);
  const slots = index.classes[rows.classes[row] ?? -1]?.slots ?? [];
  return slots.flatMap((slot) => (specials.has(slot) ? [] : (index.nodes[slot] ?? [])));
}
