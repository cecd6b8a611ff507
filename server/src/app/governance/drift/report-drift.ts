/**
 * Reports drift: which resources differ from their baseline, who changed them, and what is
 * suppressed.
 */
import type {
  DriftRecord,
  ExplainedChange,
  ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';
import type { Json } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import { explainDrift } from '@novacron/engine/drift/explain-drift';
import { groupByCause } from '@novacron/engine/drift/rules/group-by-cause';
import type { Store } from '../../../ports/store.ts';
import type { DriftRecordRow } from '../../../ports/tables/drift-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole } from '../../kernel/lists/list-items.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { isMoment, toTimestamp } from '../../rows/to-timestamp.ts';
import { type Compared, compareResources } from './compare-resources.ts';
import { type DriftMarks, holds, readMarks } from './drift-suppressions.ts';
import { findDeletion } from './find-deletion.ts';

/** A record with what a report is narrowed by. */
interface Listed extends ExplainedDriftRecord {
  readonly id: string;
  readonly metadata: Json;
  readonly item: ExplainedDriftRecord;
}

/** Reports every resource that differs from what its deployment applied. */
export async function reportDrift(
  { store, clock }: CapabilityDeps,
  input: ParsedInputOf<'drift.report'>,
  context: CallContext,
) {
  const { tenantId } = context.principal;
  const found = await compareResources(store, {
    tenantId,
    ...(input.resource_kind === undefined ? {} : { kind: input.resource_kind }),
    ...(input.resource_id === undefined ? {} : { ids: [input.resource_id] }),
    ...(input.deployment === undefined ? {} : { deployment: input.deployment }),
  });
  const marks = await readMarks(store, tenantId);
  const kept = await store.read({
    from: 'drift_records',
    where: { tenant_id: tenantId },
    damaged: 'blank',
  });
  const known = new Map(kept.map((row) => [row.id, row]));
  const groups = await readGroupNames(store, found.drifted);
  const nowMs = clock.nowMs();
  const all: Listed[] = [];
  const ignored: ExplainedChange[] = [];
  for (const { record, row } of found.drifted) {
    const mark = marks.get(record.resource_id)?.ignored;
    if (holds(mark, record, nowMs)) ignored.push(toIgnored(record, mark));
    else {
      const item = describe(record, known.get(record.resource_id), groups);
      // Drift that was not recorded yet is found now.
      const detected_at = item.detected_at ?? toTimestamp(nowMs);
      const { metadata = null } = desiredOf(row);
      all.push({ ...item, id: record.resource_id, detected_at, metadata, item });
    }
  }
  const { items: listed, ...total } = listWhole({ operation: 'drift.report', input, nowMs }, all);
  const items = listed.map(({ item }) => item);
  const deletion =
    input.resource_id === undefined || found.compared.length > 0
      ? undefined
      : await findDeletion(store, { tenantId, resourceId: input.resource_id });
  return ok({
    items,
    explained: [...found.explained, ...ignored],
    groups: groupByCause(items),
    tampered: found.tampered,
    ...(deletion === undefined ? {} : { deleted: [deletion] }),
    compared: found.compared.length,
    ...total,
  });
}

/** The names of the groups that drifted VMs are members of, by the id of the VM. */
async function readGroupNames(
  store: Store,
  drifted: readonly Compared[],
): Promise<ReadonlyMap<string, string>> {
  const vms = drifted.filter(({ record }) => record.resource_kind === 'vm');
  if (vms.length === 0) return new Map();
  const where = { id: { in: vms.map(({ row }) => row.id) } };
  const members = await store.read({ from: 'vm_group_members', where });
  const ids = [...new Set(members.map(({ group_id }) => group_id))];
  const rows =
    ids.length === 0 ? [] : await store.read({ from: 'vm_groups', where: { id: { in: ids } } });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return new Map(members.map(({ id, group_id }) => [id, names.get(group_id) ?? group_id]));
}

function describe(
  record: DriftRecord,
  row: DriftRecordRow | undefined,
  groups: ReadonlyMap<string, string>,
): ExplainedDriftRecord {
  const seen =
    row?.status === 'open' && isMoment(row.detected_at_ms)
      ? { detected_at: toTimestamp(row.detected_at_ms), flaps: row.flaps }
      : {};
  const group = groups.get(record.resource_id);
  const member = group === undefined ? [] : [`It is a member of the VM group ${group}.`];
  return { ...record, ...seen, explanation: [...explainDrift(record, group), ...member] };
}

function toIgnored(record: DriftRecord, mark: NonNullable<DriftMarks['ignored']>): ExplainedChange {
  const { resource_kind, resource_id, resource_name, deployment, fields, causes } = record;
  return {
    resource_kind,
    resource_id,
    resource_name,
    deployment,
    fields,
    causes,
    why: 'ignored',
    until: toTimestamp(mark.untilMs),
    reason: mark.reason,
  };
}
