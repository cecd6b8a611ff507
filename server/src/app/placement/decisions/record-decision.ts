/** Records a placement decision, with the fleet and the peers that it was made from. */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Peer, PlacementRequest } from '@novacron/engine/placement/model/placement';
import { findRelevantPeers } from '@novacron/engine/placement/peers/find-relevant-peers';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { replan } from '../../rows/replan.ts';
import type { WriteScope } from '../scope.ts';
import type { DecisionBasis } from './fleet-basis.ts';
import { referToFleet } from './fleet-snapshot-delta.ts';

/** A record with more peers would be larger than everything else about its VM. */
const PEERS_MAX = 200;

/** What a decision saw. */
export interface SeenByDecision {
  readonly ask: PlacementRequest;
  readonly nodes: readonly NodeRow[];
  readonly peers: readonly Peer[];
}

/** The columns of a decision's record that hold what it saw. */
export type BasisColumns = Pick<
  (Change & { kind: 'insert'; into: 'placement_decisions' })['row'],
  'fleet_snapshot_id' | 'basis_json'
>;

/**
 * Makes the columns that hold what a decision saw; the nodes are in a snapshot that others share.
 */
export async function decisionContextColumns(
  seen: SeenByDecision,
  { deps }: Pick<WriteScope, 'deps'>,
): Promise<BasisColumns> {
  const fleet = await referToFleet(deps, seen.nodes);
  if (fleet === undefined) return { fleet_snapshot_id: null, basis_json: null };
  const { snapshotId, ...changes } = fleet;
  const bearing = findRelevantPeers(seen.ask, seen.peers);
  const peers = bearing.length > PEERS_MAX ? null : bearing;
  const basis: DecisionBasis = { ask: seen.ask, ...changes, peers };
  // Numbers, texts, lists and objects only, which the interfaces cannot say.
  const json = canonicalJson(basis as unknown as JsonObject);
  return { fleet_snapshot_id: snapshotId, basis_json: json };
}

/** Adds the record of a VM's placement. */
export function recordDecision(
  placed: {
    readonly vmId: string;
    readonly decision: PlacementDecision;
    readonly basis: BasisColumns;
  },
  scope: WriteScope,
): Change {
  return {
    kind: 'insert',
    into: 'placement_decisions',
    row: {
      id: scope.deps.ids.next('dec'),
      tenant_id: scope.context.principal.tenantId,
      vm_id: placed.vmId,
      operation_id: scope.operationId,
      decision_json: JSON.stringify(placed.decision),
      created_at_ms: scope.nowMs,
      score: placed.decision.score,
      executed_at_ms: null,
      outcome: null,
      ...placed.basis,
    },
    otherwise: replan('The decision'),
  };
}
