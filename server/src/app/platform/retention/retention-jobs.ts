/** The table of retention jobs. */
import type { Change, Query } from '../../../ports/store.ts';
import { EVENTS_NEEDED_MAX } from '../../kernel/events/relay-events.ts';
import { artifactsJob } from './forget-artifacts.ts';
import { auditJob } from './forget-audit.ts';
import { contentsJob } from './forget-contents.ts';
import { exportsJob } from './forget-exports.ts';
import { fleetSnapshotsJob } from './forget-fleet-snapshots.ts';
import { imagesJob } from './forget-images.ts';
import { createLeftoversJob } from './forget-leftovers.ts';
import { operationsJob } from './forget-operations.ts';
import { plannedWritesJob, previewsJob, runsJob, valueIntentsJob } from './forget-previews.ts';
import { deleteRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

/** A year: the longest period of a report. Unit: ms. */
const FINDINGS_MS_MIN = 31_536_000_000;

const SELECTION_RETENTION_MS = 7 * 86_400_000;

/** Makes the jobs of one server; new jobs are added here. */
export function createRetentionJobs(): readonly RetentionJob[] {
  return [
    { name: 'idempotency-keys', deleteBatch: forgetKeys },
    operationsJob,
    { name: 'approvals', deleteBatch: forgetApprovals },
    { name: 'events', deleteBatch: forgetEvents },
    auditJob,
    { name: 'decisions', deleteBatch: forgetDecisions },
    { name: 'scaling-events', deleteBatch: forgetScalingEvents },
    { name: 'autonomous-decisions', deleteBatch: forgetAutonomousDecisions },
    { name: 'ledger', deleteBatch: forgetLedger },
    { name: 'policy-decisions', deleteBatch: forgetPolicyDecisions },
    { name: 'policy-violations', deleteBatch: forgetViolations },
    { name: 'compliance-findings', deleteBatch: forgetFindings },
    { name: 'compliance-samples', deleteBatch: cutSamples },
    { name: 'compliance-evidence', deleteBatch: forgetEvidence },
    { name: 'compliance-points', deleteBatch: forgetPoints },
    { name: 'compliance-attestations', deleteBatch: forgetAttestations },
    { name: 'incidents', deleteBatch: forgetIncidents },
    { name: 'alerts', deleteBatch: forgetAlerts },
    { name: 'healing-outcomes', deleteBatch: forgetOutcomes },
    { name: 'recommendations', deleteBatch: forgetRecommendations },
    { name: 'forecast-selections', deleteBatch: forgetSelections },
    fleetSnapshotsJob,
    { name: 'signing-keys', deleteBatch: forgetSigningKeys },
    { name: 'sessions', deleteBatch: forgetSessions },
    { name: 'sign-in-attempts', deleteBatch: forgetAttempts },
    { name: 'webhook-deliveries', deleteBatch: forgetDeliveries },
    previewsJob,
    valueIntentsJob,
    plannedWritesJob,
    runsJob,
    createLeftoversJob(),
    exportsJob,
    imagesJob,
    artifactsJob,
    contentsJob,
  ];
}

async function forgetKeys(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const where = { created_at_ms: { below: nowMs - times.idempotencyKeysMs } };
  const rows = await deps.store.read({ from: 'idempotency_keys', where, limit });
  return deleteRows(scope, rows.length, dropAll('idempotency_keys', rows));
}

/** Retained as long as operations, with which those of executions are deleted. */
function forgetApprovals(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'approvals',
    where: { operation_id: null, expires_at_ms: { below: nowMs - times.operationsMs } },
    orderBy: { column: 'expires_at_ms', direction: 'asc' },
    damaged: 'blank',
  });
}

/** Published events, except the newest, which the relay may have to publish again. */
async function forgetEvents(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const where = { position: { above: 0 } };
  const column = 'position';
  const { oldest, newest } = await deps.store.snapshot({
    oldest: { from: 'events', where, orderBy: { column, direction: 'asc' }, limit },
    newest: { from: 'events', where, orderBy: { column, direction: 'desc' }, limit: 1 },
  });
  const end = (newest[0]?.position ?? 0) - EVENTS_NEEDED_MAX;
  const old = oldest.filter(
    ({ position, at_ms }) => (position ?? end + 1) <= end && at_ms < nowMs - times.eventsMs,
  );
  return deleteRows(scope, old.length, dropAll('events', old));
}

/** The ids are in the order in which decisions were made. */
async function forgetDecisions(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const oldest = await deps.store.read({ from: 'placement_decisions', limit });
  const old = oldest.filter(({ created_at_ms }) => created_at_ms < nowMs - times.decisionsMs);
  return deleteRows(scope, old.length, dropAll('placement_decisions', old));
}

/** Retained as long as placement decisions. */
function forgetScalingEvents(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'scaling_events',
    where: { timestamp: { below: nowMs - times.decisionsMs } },
    orderBy: { column: 'timestamp', direction: 'asc' },
  });
}

/** Retained as long as placement decisions. */
function forgetAutonomousDecisions(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'autonomous_decisions',
    where: { at_ms: { below: nowMs - times.decisionsMs } },
    orderBy: { column: 'at_ms', direction: 'asc' },
  });
}

function forgetLedger(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'charge_intervals',
    where: { until_ms: { below: nowMs - times.ledgerMs } },
    orderBy: { column: 'until_ms', direction: 'asc' },
  });
}

async function forgetPolicyDecisions(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const oldest = await deps.store.read({ from: 'policy_decisions', limit, damaged: 'blank' });
  const old = oldest.filter(({ at_ms }) => at_ms < nowMs - times.policyDecisionsMs);
  return deleteRows(scope, old.length, dropAll('policy_decisions', old));
}

/** Violations that were resolved long ago; waivers stay, they say why something was allowed. */
function forgetViolations(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'policy_violations',
    where: { resolved_at_ms: { below: nowMs - times.policyDecisionsMs } },
    orderBy: { column: 'resolved_at_ms', direction: 'asc' },
    damaged: 'blank',
  });
}

/** Findings that were resolved long ago. A shorter retention before an audit hides none of them. */
function forgetFindings(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  const keptMs = Math.max(times.auditMs, FINDINGS_MS_MIN);
  return forgetFound(scope, {
    from: 'compliance_findings',
    where: { resolved_at_ms: { below: nowMs - keptMs } },
    orderBy: { column: 'resolved_at_ms', direction: 'asc' },
    damaged: 'blank',
  });
}

/** Results that others followed long ago: what holds until today stays. */
function forgetEvidence(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'compliance_evidence',
    where: { until_ms: { below: nowMs - times.auditMs } },
    orderBy: { column: 'until_ms', direction: 'asc' },
    damaged: 'blank',
  });
}

/**
 * Scans whose evidence is deleted. Reports show their time as a gap, even if retention is longer
 * again: what is left of the results would look better than it was.
 */
async function cutSamples(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const cutMs = nowMs - times.auditMs;
  const rows = await deps.store.read({
    from: 'compliance_samples',
    where: { from_ms: { below: cutMs } },
    orderBy: { column: 'from_ms', direction: 'asc' },
    limit,
  });
  const changes = rows.map(
    ({ id, to_ms }): Change =>
      to_ms <= cutMs
        ? { kind: 'drop', from: 'compliance_samples', id }
        : { kind: 'patch', table: 'compliance_samples', id, set: { from_ms: cutMs } },
  );
  return deleteRows(scope, rows.length, changes);
}

function forgetPoints(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'compliance_points',
    where: { at_ms: { below: nowMs - times.auditMs } },
    orderBy: { column: 'at_ms', direction: 'asc' },
  });
}

function forgetAttestations(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'compliance_attestations',
    where: { valid_until_ms: { below: nowMs - times.auditMs } },
    orderBy: { column: 'valid_until_ms', direction: 'asc' },
  });
}

/** Alerts that were resolved long ago. */
function forgetAlerts(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'alerts',
    where: { resolved_at_ms: { below: nowMs - times.operationsMs } },
    orderBy: { column: 'resolved_at_ms', direction: 'asc' },
    damaged: 'blank',
  });
}

/** Incidents that were resolved long ago, with their VMs. */
async function forgetIncidents(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const rows = await deps.store.read({
    from: 'incidents',
    where: { resolved_at_ms: { below: nowMs - times.operationsMs } },
    orderBy: { column: 'resolved_at_ms', direction: 'asc' },
    limit,
  });
  const members = await deps.store.read({
    from: 'incident_members',
    where: { incident_id: { in: rows.map(({ id }) => id) } },
    limit,
  });
  // An incident is deleted once its VMs are: there may be more of them than one batch takes.
  if (members.length > 0) {
    return deleteRows(scope, members.length, dropAll('incident_members', members));
  }
  return deleteRows(scope, rows.length, dropAll('incidents', rows));
}

/** Outcomes of attempts to heal, retained as long as their operations. */
function forgetOutcomes(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'healing_outcomes',
    where: { ended_at_ms: { below: nowMs - times.operationsMs } },
    orderBy: { column: 'ended_at_ms', direction: 'asc' },
  });
}

/** Recommendations that were followed, retained as long as their operations. */
function forgetRecommendations(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  return forgetFound(scope, {
    from: 'recommendations',
    where: { applied_at_ms: { below: nowMs - times.operationsMs } },
    orderBy: { column: 'applied_at_ms', direction: 'asc' },
  });
}

/** Selections of series that are not forecast any more: one that is used is renewed daily. */
function forgetSelections(scope: RetentionScope): Promise<number> {
  return forgetFound(scope, {
    from: 'forecast_selections',
    where: { selected_at_ms: { below: scope.nowMs - SELECTION_RETENTION_MS } },
    orderBy: { column: 'selected_at_ms', direction: 'asc' },
  });
}

function forgetSigningKeys(scope: RetentionScope): Promise<number> {
  const { nowMs, times } = scope;
  const where = { retires_at_ms: { below: nowMs - times.signingKeysMs } };
  return forgetFound(scope, { from: 'signing_keys', where });
}

/** Sessions that have ended: the audit log says that they were. */
function forgetSessions(scope: RetentionScope): Promise<number> {
  const where = { expires_at_ms: { below: scope.nowMs } };
  return forgetFound(scope, { from: 'sessions', where });
}

/** Sign-ins at an issuer that were not finished. */
function forgetAttempts(scope: RetentionScope): Promise<number> {
  const where = { expires_at_ms: { below: scope.nowMs } };
  return forgetFound(scope, { from: 'sign_in_attempts', where });
}

/** Deliveries to webhooks that would be others if they came again. */
function forgetDeliveries(scope: RetentionScope): Promise<number> {
  const where = { expires_at_ms: { below: scope.nowMs } };
  return forgetFound(scope, {
    from: 'webhook_deliveries',
    where,
    orderBy: { column: 'expires_at_ms', direction: 'asc' },
  });
}

/** Deletes what a query finds, as much of it as one batch takes. */
async function forgetFound<T extends Forgettable>(
  scope: RetentionScope,
  query: Omit<Query<T>, 'limit'>,
): Promise<number> {
  const { deps, limit } = scope;
  const rows = await deps.store.read({ ...query, limit });
  return deleteRows(scope, rows.length, dropAll(query.from, rows));
}

type Forgettable =
  | 'approvals'
  | 'idempotency_keys'
  | 'events'
  | 'charge_intervals'
  | 'placement_decisions'
  | 'policy_decisions'
  | 'scaling_events'
  | 'autonomous_decisions'
  | 'policy_violations'
  | 'compliance_findings'
  | 'compliance_evidence'
  | 'compliance_points'
  | 'compliance_attestations'
  | 'incidents'
  | 'alerts'
  | 'incident_members'
  | 'healing_outcomes'
  | 'recommendations'
  | 'forecast_selections'
  | 'signing_keys'
  | 'sessions'
  | 'sign_in_attempts'
  | 'webhook_deliveries';

function dropAll(from: Forgettable, rows: readonly { readonly id: string }[]): readonly Change[] {
  return rows.map(({ id }) => ({ kind: 'drop', from, id }));
}
