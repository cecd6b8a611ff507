/** Findings between their rows and the engine. */
import { ComplianceFinding, FindingState } from '@novacron/contract/compliance/compliance';
import { FindingCorrection } from '@novacron/contract/compliance/compliance-correction';
import { explainCheck } from '@novacron/engine/compliance/explain-check';
import type { FindingChange, KnownFinding } from '@novacron/engine/compliance/plan-finding-changes';
import { z } from 'zod';
import type { Change } from '../../../ports/store.ts';
import type { ComplianceFindingRow } from '../../../ports/tables/policy/compliance-rows.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const Verdict = z.looseObject({
  reason: z.string(),
  evidence: z.record(z.string(), z.unknown()),
});

/** Severities of findings that are events: the others would hide them. */
const REPORTED = new Set(['critical', 'high']);

/** A finding as the engine compares it. */
export function toKnownFinding(row: ComplianceFindingRow): KnownFinding {
  return {
    id: row.id,
    checkId: row.check_id,
    subjectId: row.subject_id,
    state: FindingState.parse(row.state),
    reason: readVerdict(row).reason,
    waiverId: row.waiver_id,
  };
}

/** A finding as the API shows it. */
export function toFinding(row: ComplianceFindingRow): ComplianceFinding {
  const { reason, evidence } = readVerdict(row);
  return ComplianceFinding.parse({
    id: row.id,
    state: row.state,
    check: row.check_id,
    title: explainCheck(row.check_id)?.title ?? row.check_id,
    severity: row.severity,
    subject_kind: row.subject_kind,
    subject_id: row.subject_id,
    subject_name: row.subject_name,
    reason,
    evidence,
    regressions: row.regressions,
    first_seen_at: toTimestamp(row.first_seen_at_ms),
    opened_at: toTimestamp(row.opened_at_ms),
    resolved_at: row.resolved_at_ms === null ? null : toTimestamp(row.resolved_at_ms),
    waiver_id: row.waiver_id,
    correction: readNote(row) ?? null,
  });
}

/** What is stored about the last correction; undefined without one. */
export function readNote({
  correction_json: text,
}: Pick<ComplianceFindingRow, 'correction_json'>): FindingCorrection | undefined {
  return text === null ? undefined : FindingCorrection.parse(JSON.parse(text));
}

function readVerdict({ verdict_json: text }: ComplianceFindingRow): z.infer<typeof Verdict> {
  return Verdict.parse(JSON.parse(text));
}

/** The changes of one finding, with the event that reports it. */
export function toFindingChanges(
  deps: CapabilityDeps,
  given: {
    readonly change: FindingChange;
    readonly before: ComplianceFindingRow | undefined;
    readonly tenantId: string;
  },
): readonly Change[] {
  const { change, before, tenantId } = given;
  const row = nextRow(deps, given);
  if (row === undefined) return [];
  const wasResolved = before?.state === 'resolved';
  const write: Change =
    before === undefined
      ? { kind: 'put', into: 'compliance_findings', row }
      : updateOf(row, wasResolved ? { correction_json: null } : {});
  const isReported = REPORTED.has(row.severity) && change.kind !== 'changes';
  if (!isReported) return [write];
  const event = eventChange(deps, {
    tenantId,
    type: `compliance_finding.${FindingState.parse(row.state)}`,
    source: PLATFORM_NAME,
    target: row.id,
    priority: 'normal',
    data: {
      check: row.check_id,
      severity: row.severity,
      kind: row.subject_kind,
      name: row.subject_name,
      regressed: wasResolved,
      ...(row.waiver_id !== null && { waiver_id: row.waiver_id }),
    },
  });
  return [write, event];
}

/** Writes the columns that a scan changes: corrections write others meanwhile. */
function updateOf(row: ComplianceFindingRow, more: Partial<ComplianceFindingRow>): Change {
  const { id, state, severity, subject_name, verdict_json, regressions } = row;
  const { opened_at_ms, resolved_at_ms, waiver_id } = row;
  const judged = { state, severity, subject_name, verdict_json, regressions };
  const set = { ...judged, opened_at_ms, resolved_at_ms, waiver_id, ...more };
  const otherwise = replan('The finding');
  return { kind: 'update', table: 'compliance_findings', id, set, otherwise };
}

function nextRow(
  { ids, clock }: CapabilityDeps,
  given: Pick<Parameters<typeof toFindingChanges>[1], 'change' | 'before' | 'tenantId'>,
): ComplianceFindingRow | undefined {
  const { change, before, tenantId } = given;
  const nowMs = clock.nowMs();
  if (change.kind === 'resolves') {
    return before && { ...before, state: 'resolved', resolved_at_ms: nowMs, waiver_id: null };
  }
  const { result } = change;
  const { checkId, kind, subjectId, subjectName, reason, evidence } = result;
  const isKnown = before !== undefined && before.state !== 'resolved';
  const waiverId = change.kind === 'waives' ? change.waiverId : null;
  return {
    id: before?.id ?? ids.next('cfnd'),
    tenant_id: tenantId,
    check_id: checkId,
    severity: explainCheck(checkId)?.severity ?? 'low',
    subject_kind: kind,
    subject_id: subjectId,
    subject_name: subjectName,
    verdict_json: JSON.stringify({ reason, evidence }),
    regressions: (before?.regressions ?? 0) + (before?.state === 'resolved' ? 1 : 0),
    first_seen_at_ms: before?.first_seen_at_ms ?? nowMs,
    opened_at_ms: isKnown ? before.opened_at_ms : nowMs,
    resolved_at_ms: null,
    correction_json: null,
    auto_corrected_at_ms: null,
    ...(change.kind === 'changes'
      ? { state: before?.state ?? 'open', waiver_id: before?.waiver_id ?? null }
      : { state: waiverId === null ? 'open' : 'waived', waiver_id: waiverId }),
  };
}
