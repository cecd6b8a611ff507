/** Observes baselines, current state and the audit log, and lets the engine compare them. */
import type { DriftRecord, ExplainedDriftRecord } from '@novacron/contract/drift';
import type { FieldTable, ResourceKind } from '@novacron/contract/field';
import { RESOURCE_KINDS } from '@novacron/contract/field';
import { NETWORK_FIELDS } from '@novacron/contract/network';
import type { ParsedInputOf } from '@novacron/contract/operations';
import { POLICY_FIELDS } from '@novacron/contract/policy';
import { ok } from '@novacron/contract/result';
import { SECURITY_GROUP_FIELDS } from '@novacron/contract/security-group';
import { SNAPSHOT_FIELDS } from '@novacron/contract/snapshot';
import { VM_FIELDS } from '@novacron/contract/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/volume';
import { explainDrift } from '@novacron/engine/drift/explain-drift';
import { planDriftReport } from '@novacron/engine/drift/plan-drift-report';
import type { ResourceRow, Tables } from '../ports/tables.ts';
import type { CallContext } from './application.ts';
import { toAuditEntry } from './audit.ts';
import type { AppDeps } from './deps.ts';
import { desiredOf } from './resources/answer-resource.ts';
import { RESOURCE_TABLES } from './resources/resource-tables.ts';
import { toTimestamp } from './time.ts';

/** The resource table's rows by kind. */
export const FIELD_TABLES: Readonly<Record<ResourceKind, FieldTable>> = {
  vm: VM_FIELDS,
  vm_group: VM_GROUP_FIELDS,
  network: NETWORK_FIELDS,
  security_group: SECURITY_GROUP_FIELDS,
  volume: VOLUME_FIELDS,
  snapshot: SNAPSHOT_FIELDS,
  policy: POLICY_FIELDS,
};

/** Reports every resource that is no longer as its deployment applied it. */
export async function reportDrift(
  deps: AppDeps,
  input: ParsedInputOf<'drift.report'>,
  context: CallContext,
) {
  const baselines = await deps.store.read({
    from: 'baselines',
    where: {
      tenant_id: context.principal.tenantId,
      ...(input.resource_kind === undefined ? {} : { resource_kind: input.resource_kind }),
      ...(input.resource_id === undefined ? {} : { id: input.resource_id }),
      ...(input.deployment === undefined ? {} : { deployment: input.deployment }),
    },
  });
  const items: ExplainedDriftRecord[] = [];
  for (const kind of RESOURCE_KINDS) {
    const ofKind = baselines.filter((baseline) => baseline.resource_kind === kind);
    if (ofKind.length > 0) items.push(...(await compareKind(deps, kind, ofKind)));
  }
  return ok({ items });
}

async function compareKind(
  deps: AppDeps,
  kind: ResourceKind,
  baselines: readonly Tables['baselines'][],
): Promise<ExplainedDriftRecord[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const ids = baselines.map((baseline) => baseline.id);
  const rows: readonly ResourceRow[] = await deps.store.read({ from, where: { id: { in: ids } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const changed = baselines.flatMap((baseline) => {
    const row = byId.get(baseline.id);
    return row === undefined || row.desired_json === baseline.applied_json
      ? []
      : [{ baseline, row }];
  });
  const records = await Promise.all(
    changed.map(async ({ baseline, row }) => {
      const entries = await deps.store.read({
        from: 'audit',
        where: { resource_id: row.id, at_ms: { above: baseline.applied_at_ms } },
      });
      return planDriftReport({
        kind,
        id: row.id,
        name: row.name,
        table: FIELD_TABLES[kind],
        applied: JSON.parse(baseline.applied_json),
        appliedAt: toTimestamp(baseline.applied_at_ms),
        deployment: baseline.deployment,
        current: desiredOf(row),
        changes: entries.map(toAuditEntry),
      });
    }),
  );
  return records
    .filter((record): record is DriftRecord => record !== undefined)
    .map((record) => ({ ...record, explanation: explainDrift(record) }));
}
