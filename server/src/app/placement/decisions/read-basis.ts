/** Reads the fleet and the peers that a decision saw from its record. */
import type {
  Peer,
  PlacementNode,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { PlacementDecisionRow } from '../../../ports/tables/preview-tables.ts';
import type { PlacementDeps } from '../deps.ts';
import { toPlacementNode } from '../facts/placement-node.ts';
import { applyChanges, type DecisionBasis, type SnapshotNodes } from './fleet-basis.ts';

/** The request and the fleet of a decision, or why they are not known. */
export type RecordedBasis =
  | {
      readonly kind: 'kept';
      readonly ask: PlacementRequest;
      readonly nodes: readonly PlacementNode[];
      /** null where they were too many to record. */
      readonly peers: readonly Peer[] | null;
    }
  /** The snapshot has been deleted. */
  | { readonly kind: 'pruned' }
  /** It was not recorded. */
  | { readonly kind: 'unknown' };

/** Rebuilds the fleet from the snapshot and the differences from it. */
export async function readBasis(
  { store, prices }: Pick<PlacementDeps, 'store' | 'prices'>,
  record: PlacementDecisionRow | undefined,
): Promise<RecordedBasis> {
  const { fleet_snapshot_id: id, basis_json } = record ?? {};
  if (id == null || basis_json == null) return { kind: 'unknown' };
  const [row] = await store.read({ from: 'fleet_snapshots', where: { id } });
  if (row === undefined) return { kind: 'pruned' };
  // Both were written by `recordDecision` and `referToFleet`.
  const { ask, peers, ...changes }: DecisionBasis = JSON.parse(basis_json);
  const before: SnapshotNodes = JSON.parse(row.nodes_json);
  const nodes = applyChanges(before, changes);
  const list = prices.current();
  return { kind: 'kept', ask, nodes: nodes.map((each) => toPlacementNode(each, list)), peers };
}
