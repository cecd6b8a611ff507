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
  let above = Number.POSITIVE_INFINITY;
  for (;;) {
    const best = findBelow(totals.subarray(0, count), above);
    if (best === Number.NEGATIVE_INFINITY) return;
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

function findBelow(totals: Float64Array, above: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < totals.length; row += 1) {
    const total = totals[row] ?? 0;
    if (total > best && total < above) best = total;
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
