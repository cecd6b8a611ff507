import { canonicalJson } from '@novacron/contract/json';
import { type FieldTable, normalizedValue } from '@novacron/contract/schema/field';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/resource-problems.ts';
import { RESOURCE_TABLES, type RowOf } from '../../rows/resource-tables.ts';
import type { WriteScope } from '../write/prepared-write.ts';

/** Version of the stored format of resources. */
const RESOURCE_SCHEMA_VERSION = 1;

/** The default namespace of a resource. */
const DEFAULT_NAMESPACE = 'default';

/** The common columns of a new resource. */
export function newResourceRow<Id extends string>(
  scope: WriteScope,
  resource: {
    readonly id: Id;
    readonly name: string;
    readonly desired: FieldValues;
    readonly observed: FieldValues;
    readonly busy: 'yes' | 'no';
  },
): ResourceRow<Id> {
  const { principal } = scope.context;
  return {
    id: resource.id,
    tenant_id: principal.tenantId,
    namespace: DEFAULT_NAMESPACE,
    name: resource.name,
    schema_version: RESOURCE_SCHEMA_VERSION,
    revision: 1,
    generation: 1,
    desired_json: canonicalJson(resource.desired),
    observed_json: canonicalJson(resource.observed),
    busy_operation_id: resource.busy === 'yes' ? scope.operationId : null,
    created_at_ms: scope.nowMs,
    created_by: principal.name,
    updated_at_ms: scope.nowMs,
    updated_by: principal.name,
  };
}

/** The columns that every change of the desired state sets. */
export function changedColumns(
  row: ResourceRow,
  scope: WriteScope,
  change: { readonly name: string; readonly desired: FieldValues; readonly busy: 'yes' | 'no' },
) {
  return {
    name: change.name,
    desired_json: canonicalJson(change.desired),
    revision: row.revision + 1,
    generation: row.generation + 1,
    busy_operation_id: change.busy === 'yes' ? scope.operationId : null,
    updated_at_ms: scope.nowMs,
    updated_by: scope.context.principal.name,
  };
}

/** The columns that roll a change of the desired state back. */
export function revertedColumns(row: ResourceRow) {
  return {
    name: row.name,
    desired_json: row.desired_json,
    observed_json: row.observed_json,
    revision: row.revision + 2,
    busy_operation_id: null,
    updated_at_ms: row.updated_at_ms,
    updated_by: row.updated_by,
  };
}

/** The desired fields after an update, secrets excluded; null resets a field to its default. */
export function mergeFields(
  before: FieldValues,
  given: Readonly<Record<string, unknown>>,
  table: FieldTable,
): FieldValues {
  const merged: Record<string, unknown> = { ...before };
  for (const [name, row] of Object.entries(table)) {
    const value = given[name];
    if (row.presence === 'computed' || row.secrecy !== 'plain' || value === undefined) continue;
    merged[name] = normalizedValue(row, value);
  }
  return merged;
}

/** Changes a resource that is unchanged since it was read, and has no operation in progress. */
export function changeIdle<Kind extends ResourceKind>(
  kind: Kind,
  row: RowOf<Kind>,
  set: Partial<RowOf<Kind>>,
): Change {
  const common: ResourceRow = row;
  const change = {
    kind: 'update',
    table: RESOURCE_TABLES[kind],
    id: common.id,
    set,
    expect: { revision: common.revision, busy_operation_id: null },
    otherwise: replan(`The ${wordsOf(kind)} ${common.name}`),
  };
  // The table follows from the kind; the compiler does not connect both lookups.
  return change as Change;
}

/** Guard of a write that changes nothing: the resource still exists unchanged. */
export function requireSame<Kind extends ResourceKind>(kind: Kind, row: RowOf<Kind>): Change {
  const { revision }: ResourceRow = row;
  // Every row of a resource has a revision; the compiler does not see it through the kind.
  return changeIdle(kind, row, { revision } as Partial<RowOf<Kind>>);
}

/** Unlocks a VM whose operation has ended, and sets its observed fields. */
export function releaseVm(vmId: string, observed: FieldValues): Change {
  return {
    kind: 'update',
    table: 'vms',
    id: vmId,
    set: { observed_json: canonicalJson(observed), busy_operation_id: null },
    otherwise: replan(`The VM ${vmId}`),
  };
}
