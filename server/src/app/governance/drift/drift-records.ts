/**
 * Maintains the drift records: compares resources and records what appeared, changed and
 * disappeared.
 */
import type { DriftRecord, TamperedBaseline } from '@novacron/contract/drift/drift';
import { canonicalJson } from '@novacron/contract/json';
import {
  type DriftTransition,
  planDriftTransition,
} from '@novacron/engine/drift/plan-drift-transition';
import type { Change } from '../../../ports/store.ts';
import type { DriftRecordRow } from '../../../ports/tables/drift-rows.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { compareResources } from './compare-resources.ts';

/** Events about drift itself; they trigger no comparison of their own. */
export const DRIFT_SOURCE = 'drift';

/** Dependencies of maintaining drift records. */
export interface RecordParts {
  readonly deps: CapabilityDeps;
  readonly guard: ReconcilerBudget['guard'];
  /** Called with each new drift. */
  readonly onDetected?: (record: DriftRecord, tenantId: string) => void;
}

/** The result of one round. */
export interface RecordRound {
  readonly compared: number;
  readonly drifted: number;
}

interface Finding {
  readonly id: string;
  readonly tenantId: string;
  readonly record: DriftRecord | undefined;
  readonly tampered: TamperedBaseline | undefined;
}

/**
 * Compares resources and updates their records, in one commit under the lease.
 * @param ids - of resources; those without a baseline lose their record
 * @param also - committed together with the records
 */
export async function updateDriftRecords(
  parts: RecordParts,
  ids: readonly string[],
  also: readonly Change[] = [],
): Promise<RecordRound> {
  const { deps, guard } = parts;
  const found = await compareResources(deps.store, { ids });
  const known = await deps.store.read({
    from: 'drift_records',
    where: { id: { in: ids } },
    damaged: 'blank',
  });
  const byId = new Map(known.map((row) => [row.id, row]));
  const records = new Map(found.drifted.map(({ record }) => [record.resource_id, record]));
  const tampered = new Map(found.tampered.map((each) => [each.resource_id, each]));
  const detected: { readonly record: DriftRecord; readonly tenantId: string }[] = [];
  const changes = ids
    // An operation works on it: the resource is compared again when it ends.
    .filter((id) => !found.busy.has(id))
    .flatMap((id) => {
      const record = records.get(id);
      const tenantId = found.tenants.get(id) ?? byId.get(id)?.tenant_id ?? '';
      const finding = { id, tenantId, record, tampered: tampered.get(id) };
      const planned = planChanges(deps, byId.get(id), finding);
      if (planned.transition === 'detect' && record !== undefined)
        detected.push({ record, tenantId });
      return planned.changes;
    });
  if (changes.length + also.length > 0) {
    const done = await commitUnder(guard, deps, [...changes, ...also]);
    if (!done.ok) throw new Error('drift records could not be stored', { cause: done.error });
    for (const { record, tenantId } of detected) parts.onDetected?.(record, tenantId);
  }
  return { compared: found.compared.length, drifted: found.drifted.length };
}

function planChanges(
  deps: CapabilityDeps,
  row: DriftRecordRow | undefined,
  finding: Finding,
): { readonly transition: DriftTransition; readonly changes: readonly Change[] } {
  const nowMs = deps.clock.nowMs();
  const what = finding.tampered ?? finding.record;
  const text = what === undefined ? undefined : canonicalJson(what);
  const known =
    row === undefined
      ? undefined
      : {
          status: row.status,
          text: row.record_json,
          changedAtMs: row.changed_at_ms,
          flaps: row.flaps,
        };
  const transition = planDriftTransition(known, text, { nowMs });
  if (transition === 'none') return { transition, changes: [] };
  const reported = tell(deps, transition, row, finding);
  if (transition === 'forget' && row !== undefined) {
    const drops = ['drift_records', 'drift_marks'] as const;
    const gone = drops.map((from): Change => ({ kind: 'drop', from, id: row.id }));
    return { transition, changes: [...gone, ...reported] };
  }
  const next = nextRow(transition, row, { finding, text, nowMs });
  return { transition, changes: [{ kind: 'put', into: 'drift_records', row: next }, ...reported] };
}

function nextRow(
  transition: DriftTransition,
  row: DriftRecordRow | undefined,
  {
    finding,
    text,
    nowMs,
  }: { readonly finding: Finding; readonly text: string | undefined; readonly nowMs: number },
): DriftRecordRow {
  const { id, tenantId, record, tampered } = finding;
  const what = record ?? tampered;
  const isGone = transition === 'resolve' || transition === 'settle';
  const isNew = transition === 'detect' || row === undefined;
  return {
    id,
    tenant_id: tenantId,
    resource_kind: what?.resource_kind ?? row?.resource_kind ?? 'vm',
    resource_name: record?.resource_name ?? row?.resource_name ?? id,
    deployment: what?.deployment ?? row?.deployment ?? '',
    status: isGone ? 'resolved' : tampered === undefined ? 'open' : 'tampered',
    severity: tampered === undefined ? (record?.severity ?? row?.severity ?? 'info') : 'critical',
    record_json: text ?? row?.record_json ?? '{}',
    detected_at_ms: isNew ? nowMs : row.detected_at_ms,
    changed_at_ms: nowMs,
    flaps: (isNew ? 0 : row.flaps) + (transition === 'return' ? 1 : 0),
  };
}

/** A flapping field publishes one event; further changes are only counted. */
function tell(
  deps: CapabilityDeps,
  transition: DriftTransition,
  row: DriftRecordRow | undefined,
  finding: Finding,
): readonly Change[] {
  const type = typeOf(transition, row, finding);
  if (type === undefined) return [];
  const { id, tenantId, record } = finding;
  const name = record?.resource_name ?? row?.resource_name ?? id;
  const severity = finding.tampered === undefined ? record?.severity : 'critical';
  const isGrave = severity === 'critical' || severity === 'high';
  const percent = record?.drift_percent ?? null;
  const seen = severity === undefined ? null : { severity, percent };
  const caller = platformCaller(deps, tenantId);
  return [
    auditChange(deps, caller, {
      operation: type,
      outcome: 'done',
      resourceKind: record?.resource_kind ?? row?.resource_kind ?? '',
      target: { id, name },
      changes: { drift: { was: null, is: seen } },
    }),
    eventChange(deps, {
      tenantId,
      type,
      source: DRIFT_SOURCE,
      target: id,
      priority: isGrave ? 'high' : 'normal',
      data: { name, ...(seen ?? {}), fields: record?.fields.map(({ field }) => field) ?? [] },
    }),
  ];
}

function typeOf(
  transition: DriftTransition,
  row: DriftRecordRow | undefined,
  { tampered }: Finding,
): string | undefined {
  switch (transition) {
    case 'detect':
    case 'change':
      if (tampered !== undefined) return 'drift.tampered';
      return transition === 'detect' ? 'drift.detected' : undefined;
    case 'return':
      return row?.flaps === 0 ? 'drift.flapping' : undefined;
    case 'resolve':
      return 'drift.resolved';
    case 'forget':
      return (row?.flaps ?? 0) > 0 ? 'drift.resolved' : undefined;
    case 'none':
    case 'settle':
      return undefined;
  }
}
