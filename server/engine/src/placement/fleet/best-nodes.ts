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

/**
 * Gives nodes one by one, the higher score first. Equal scores are decided by lot; a node's lot
 * depends on the seed, the VM and the node alone, never on the other nodes.
 */
export function* bestNodes(
  index: FleetIndex,
  survey: Survey,
  order: { readonly ranking: Ranking; readonly rng: Rng },
): Generator<RankedNode> {
  const { totals } = order.ranking;
  let above = Number.POSITIVE_INFINITY;
  for (;;) {
    let best = Number.NEGATIVE_INFINITY;
    for (const total of totals) if (total > best && total < above) best = total;
    if (best === Number.NEGATIVE_INFINITY) return;
    above = best;
    const drawn: { readonly ranked: RankedNode; readonly lot: number }[] = [];
    for (let row = 0; row < totals.length; row += 1) {
      if (totals[row] !== best) continue;
      for (const node of nodesOf(index, survey, row)) {
        drawn.push({ ranked: { node, row }, lot: order.rng.fork(node.name).next() });
      }
    }
    drawn.sort(
      (left, right) =>
        left.lot - right.lot || (left.ranked.node.name < right.ranked.node.name ? -1 : 1),
    );
    for (const { ranked } of drawn) yield ranked;
  }
}

function nodesOf(index: FleetIndex, survey: Survey, row: number): readonly PlacementNode[] {
  const { fitting, specials } = survey;
  const members = fitting.classes[row];
  const sample = fitting.samples[row];
  if (members === undefined) return sample === undefined ? [] : [sample];
  return members.slots.flatMap((slot) => (specials.has(slot) ? [] : (index.nodes[slot] ?? [])));
}
