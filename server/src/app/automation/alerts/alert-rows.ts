/** Rows of alerts as answers contain them, and as the engine decides about them. */
import { canonicalJson } from '@novacron/contract/json';
import {
  Alert,
  type AlertSource,
  AlertState,
} from '@novacron/contract/monitoring/alert-operations';
import type { AlertRecord } from '@novacron/engine/automation/orchestration/plan-alerts';
import { z } from 'zod';
import type { AlertRow } from '../../../ports/tables/incident-rows.ts';
import { parseShown, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const Said = z.looseObject({
  message: z.string(),
  because: z.array(z.string()),
  note: z.string().nullable(),
});

/** Texts of the policy and of users about an alert. */
export type Said = z.infer<typeof Said>;

/** Reads what is said; nothing of a row that cannot be decrypted. */
export function saidOf({ said_json: text }: Pick<AlertRow, 'said_json'>): Said {
  const said = Said.safeParse(parseStored(text));
  return said.success ? said.data : { message: '', because: [], note: null };
}

/** Returns the stored form of the texts. */
export function toSaidJson({ message, because, note }: Said): string {
  return canonicalJson({ message, because, note });
}

/** An alert as the engine takes it. */
export function toRecord(row: AlertRow): AlertRecord {
  return {
    // Servers write no other words.
    state: AlertState.parse(row.state),
    firstSeenMs: row.first_seen_at_ms,
    lastSeenMs: row.last_seen_at_ms,
    count: row.fired,
    acknowledgedAtMs: row.acknowledged_at_ms,
    silencedUntilMs: row.silenced_until_ms,
    resolvedAtMs: row.resolved_at_ms,
  };
}

/** The columns of what the engine has decided. Who did something stays only as long as it holds. */
export function fromRecord(
  record: AlertRecord,
  by: Pick<AlertRow, 'acknowledged_by' | 'silenced_by'>,
) {
  return {
    state: record.state,
    first_seen_at_ms: record.firstSeenMs,
    last_seen_at_ms: record.lastSeenMs,
    fired: record.count,
    acknowledged_at_ms: record.acknowledgedAtMs,
    acknowledged_by: record.acknowledgedAtMs === null ? null : by.acknowledged_by,
    silenced_until_ms: record.silencedUntilMs,
    silenced_by: record.silencedUntilMs === null ? null : by.silenced_by,
    resolved_at_ms: record.resolvedAtMs,
  };
}

/** An alert as answers contain it. */
export function toAlert(row: AlertRow): Alert {
  const at = (ms: number | null) => (ms === null ? null : toTimestamp(ms));
  const { message, because, note } = saidOf(row);
  const isFrom = (source: AlertSource) => row.source === source;
  const ofPolicy = (text: string) => (isFrom('policy') ? text : null);
  const ofTarget = (text: string) => (isFrom('alertmanager') ? null : text);
  return parseShown(row.id, Alert, {
    id: row.id,
    state: row.state,
    severity: row.severity,
    message,
    source: row.source,
    policy_id: ofPolicy(row.policy_id),
    policy: ofPolicy(row.policy_name),
    metric: isFrom('metric') ? row.policy_name : null,
    rule: row.rule,
    target_kind: ofTarget(row.target_kind),
    target_id: ofTarget(row.target_id),
    target: row.target_name === '' ? null : row.target_name,
    fingerprint: isFrom('alertmanager') ? row.target_id : null,
    because,
    count: row.fired,
    first_seen_at: toTimestamp(row.first_seen_at_ms),
    last_seen_at: toTimestamp(row.last_seen_at_ms),
    acknowledged_at: at(row.acknowledged_at_ms),
    acknowledged_by: row.acknowledged_by,
    note,
    silenced_until: at(row.silenced_until_ms),
    silenced_by: row.silenced_by,
    resolved_at: at(row.resolved_at_ms),
  });
}
