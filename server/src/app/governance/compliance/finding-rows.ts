/** Findings between their rows and the engine. */
import { ComplianceFinding, FindingState } from '@novacron/contract/compliance/compliance';
import { FindingCorrection } from '@novacron/contract/compliance/compliance-correction';
import { explainCheck } from '@novacron/engine/compliance/explain-check';
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import type { FindingChange, KnownFinding } from '@novacron/engine/compliance/plan-finding-changes';
import { z } from 'zod';
import type { Change, Store } from '../../../ports/store.ts';
import type { ComplianceFindingRow } from '../../../ports/tables/policy/compliance-rows.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const Verdict = z.looseObject({
  reason: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  /** Of a policy, which may be deleted meanwhile. */
  title: z.string().optional(),
});

/** Severities of findings that are events: the others would hide them. */
const REPORTED = new Set(['critical', 'high']);

/** A finding as the engine compares it. */
export function toKnownFinding(row: ComplianceFindingRow): KnownFinding {
  return {
    id: row.id,
    checkId: row.check_id,
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    state: FindingState.parse(row.state),
    reason: readVerdict(row).reason,
    waiverId: row.waiver_id,
  };
}

/** A finding as the API shows it. */
export function toFinding(row: ComplianceFindingRow): ComplianceFinding {
  const { reason, evidence, title } = readVerdict(row);
  return ComplianceFinding.parse({
    id: row.id,
    state: row.state,
    check: row.check_id,
    title: title ?? explainCheck(row.check_id, row.subject_kind)?.title ?? row.check_id,
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
    resolved_by: row.resolved_by,
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
    /** Whose write resolved it, if known. */
    readonly actor: string | null;
    /** Findings of deleted subjects with the same names. */
    readonly earlier: EarlierFindings;
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
      regressed: change.kind !== 'resolves' && row.regressions > (before?.regressions ?? 0),
      ...(row.waiver_id !== null && { waiver_id: row.waiver_id }),
    },
  });
  return [write, event];
}

/** Writes the columns that a scan changes: corrections write others meanwhile. */
function updateOf(row: ComplianceFindingRow, more: Partial<ComplianceFindingRow>): Change {
  const { id, state, severity, subject_name, verdict_json, regressions } = row;
  const { opened_at_ms, resolved_at_ms, resolved_by, waiver_id } = row;
  const judged = { state, severity, subject_name, verdict_json, regressions };
  const set = { ...judged, opened_at_ms, resolved_at_ms, resolved_by, waiver_id, ...more };
  const otherwise = replan('The finding');
  return { kind: 'update', table: 'compliance_findings', id, set, otherwise };
}

/** Resolved findings by check, kind and name of their subjects. */
type EarlierFindings = ReadonlyMap<string, ComplianceFindingRow>;

function nameKeyOf(kind: string, name: string, checkId: string): string {
  return JSON.stringify([kind, name, checkId]);
}

/** Reads findings about deleted subjects with the same names: a new copy is not a new start. */
export async function readEarlier(
  store: Store,
  tenantId: string,
  opened: readonly CheckResult[],
): Promise<EarlierFindings> {
  if (opened.length === 0) return new Map();
  const names = [...new Set(opened.map(({ subjectName }) => subjectName))];
  const where = { tenant_id: tenantId, subject_name: { in: names }, state: 'resolved' };
  const rows = await store.read({ from: 'compliance_findings', where });
  return new Map(
    rows.map((row) => [nameKeyOf(row.subject_kind, row.subject_name, row.check_id), row]),
  );
}

/** Principal of the last write to the subject since the finding opened; null without one. */
export async function readActor(
  store: Store,
  { tenant_id, subject_id, opened_at_ms: openedMs }: ComplianceFindingRow,
): Promise<string | null> {
  const [entry] = await store.read({
    from: 'audit',
    where: { tenant_id, resource_id: subject_id, outcome: 'done', at_ms: { from: openedMs } },
    orderBy: { column: 'id', direction: 'desc' },
    limit: 1,
  });
  return entry?.principal ?? null;
}

function nextRow(
  { ids, clock }: CapabilityDeps,
  { change, before, tenantId, actor, earlier }: Parameters<typeof toFindingChanges>[1],
): ComplianceFindingRow | undefined {
  const nowMs = clock.nowMs();
  if (change.kind === 'resolves') {
    const resolved = { state: 'resolved', resolved_at_ms: nowMs, resolved_by: actor };
    return before && { ...before, ...resolved, waiver_id: null };
  }
  const { result } = change;
  const { checkId, kind, subjectId, subjectName, reason, evidence, policy } = result;
  const known = before ?? earlier.get(nameKeyOf(kind, subjectName, checkId));
  const isKnown = before !== undefined && before.state !== 'resolved';
  const waiverId = change.kind === 'waives' ? change.waiverId : null;
  return {
    id: before?.id ?? ids.next('cfnd'),
    tenant_id: tenantId,
    check_id: checkId,
    severity: (policy ?? explainCheck(checkId))?.severity ?? 'low',
    subject_kind: kind,
    subject_id: subjectId,
    subject_name: subjectName,
    verdict_json: JSON.stringify({ reason, evidence, title: policy?.title }),
    regressions: (known?.regressions ?? 0) + (known?.state === 'resolved' ? 1 : 0),
    first_seen_at_ms: known?.first_seen_at_ms ?? nowMs,
    opened_at_ms: isKnown ? before.opened_at_ms : nowMs,
    resolved_at_ms: null,
    resolved_by: null,
    correction_json: null,
    auto_corrected_at_ms: null,
    ...(change.kind === 'changes'
      ? { state: before?.state ?? 'open', waiver_id: before?.waiver_id ?? null }
      : { state: waiverId === null ? 'open' : 'waived', waiver_id: waiverId }),
  };
}
