/** Autonomous decisions as they are stored, and as answers carry them. */
import { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import { canonicalJson } from '@novacron/contract/json';
import type { AutonomousDecisionRow } from '../../../ports/tables/autonomy-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** What is stored of a decision besides its columns. */
export type StoredDecision = Pick<
  AutonomousDecision,
  | 'group'
  | 'size_from'
  | 'size_to'
  | 'size_preferred'
  | 'size_rules'
  | 'detail'
  | 'confidence'
  | 'expected_impact'
  | 'reasoning'
  | 'influences'
  | 'state'
  | 'absent'
  | 'forbidden'
  | 'limits'
  | 'operation_id'
>;

/** Writes it. */
export function storeDecision(decision: StoredDecision): string {
  return canonicalJson(decision);
}

/** Reads it. */
export function decisionOf(row: Pick<AutonomousDecisionRow, 'decision_json'>): StoredDecision {
  return JSON.parse(row.decision_json);
}

/** The decision as answers carry it. */
export function toAutonomousDecision(row: AutonomousDecisionRow): AutonomousDecision {
  const { id, group_id, action, preferred, status, model } = row;
  const { outcome_json: outcome, override_json: override } = row;
  return AutonomousDecision.parse({
    ...decisionOf(row),
    id,
    at: toTimestamp(row.at_ms),
    group_id,
    action,
    preferred,
    status,
    model,
    outcome: outcome === null ? null : JSON.parse(outcome),
    override: override === null ? null : JSON.parse(override),
  });
}
