/** Records a placement decision, with the fleet and the peers that it was made from. */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { PlacementDecision, PlacementPurpose } from '@novacron/contract/placement/placement';
import { findRelevantPeers } from '@novacron/engine/placement/place/peers/find-relevant-peers';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { PlacementRules } from '../facts/placement-rules.ts';
import type { WriteScope } from '../scope.ts';
import type { DecisionBasis } from './fleet-basis.ts';
import { referToFleet } from './fleet-snapshot-delta.ts';
import {
  confidenceOf,
  encodeSurvey,
  type SurveyedDecision,
  surveyDecision,
} from './survey-decision.ts';

/** A record with more peers would be larger than everything else about its VM. */
const PEERS_MAX = 200;

/** A decision, what it saw, and what it was for. */
export interface DecidedPlacement extends Omit<SurveyedDecision, 'rules' | 'score' | 'node'> {
  readonly rules: Pick<PlacementRules, 'peers' | 'readRanked'>;
  readonly decision: PlacementDecision;
  readonly node: NodeRow;
  readonly vmName: string;
  readonly purpose: PlacementPurpose;
}

type DecisionRow = (Change & { kind: 'insert'; into: 'placement_decisions' })['row'];

/** The columns of a decision's record that hold what it saw, and how sure it is. */
export type BasisColumns = Pick<
  DecisionRow,
  | 'id'
  | 'fleet_snapshot_id'
  | 'basis_json'
  | 'purpose'
  | 'node_name'
  | 'vm_name'
  | 'margin'
  | 'confidence'
  | 'survey_json'
>;

/**
 * Makes the columns that hold what a decision saw; the nodes are in a snapshot that others share.
 */
export async function decisionContextColumns(
  decided: DecidedPlacement,
  scope: WriteScope,
): Promise<BasisColumns> {
  const id = scope.deps.ids.next('dec');
  const { decision, purpose, vmName } = decided;
  const survey = await surveyDecision({ ...decided, score: decision.score }, scope);
  return {
    id,
    purpose,
    node_name: decision.target_node,
    vm_name: vmName,
    margin: survey.margin ?? null,
    confidence: confidenceOf(survey.contest, id),
    survey_json: encodeSurvey(survey, decided),
    ...(await basisOf(decided, scope)),
  };
}

async function basisOf(
  { ask, nodes, rules: { peers: seen } }: DecidedPlacement,
  { deps }: WriteScope,
): Promise<Pick<DecisionRow, 'fleet_snapshot_id' | 'basis_json'>> {
  const fleet = await referToFleet(deps, nodes);
  if (fleet === undefined) return { fleet_snapshot_id: null, basis_json: null };
  const { snapshotId, ...changes } = fleet;
  const bearing = findRelevantPeers(ask, seen);
  const peers = bearing.length > PEERS_MAX ? null : bearing;
  const basis: DecisionBasis = { ask, ...changes, peers };
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
