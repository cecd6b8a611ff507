import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Store } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { desiredIfReadable, desiredRevisionOf } from '../../rows/answer-resource.ts';
import {
  busy,
  deletionProtected,
  desiredRevisionMismatch,
  notFound,
  revisionMismatch,
} from '../../rows/resource-problems.ts';
import { KIND_WHERE, RESOURCE_TABLES, type RowOf } from '../../rows/resource-tables.ts';
import type { WriteScope } from '../write/prepared-write.ts';

/** Reads one resource of a tenant; another tenant's does not exist. */
export async function findResource<Kind extends ResourceKind>(
  store: Store,
  kind: Kind,
  key: { readonly tenantId: string; readonly id: string },
): Promise<Result<RowOf<Kind>, Problem>> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const rows: readonly ResourceRow[] = await store.read({
    from,
    where: { ...KIND_WHERE[kind], id: key.id, tenant_id: key.tenantId },
    // What needs a damaged value says so when it reads it; a delete may not need it.
    damaged: 'blank',
  });
  // The table follows from the kind; the compiler does not connect both lookups.
  const row = rows[0] as RowOf<Kind> | undefined;
  return row === undefined ? err(notFound(kind, key.id)) : ok(row);
}

/** Reads the resource that a write changes: it must have the expected revisions and not be busy. */
export async function findToChange<Kind extends ResourceKind>(
  kind: Kind,
  input: {
    readonly id: string;
    readonly if_revision?: number | undefined;
    readonly if_desired_revision?: string | undefined;
  },
  scope: WriteScope,
): Promise<Result<RowOf<Kind>, Problem>> {
  const { tenantId } = scope.context.principal;
  const found = await findResource(scope.deps.store, kind, { tenantId, id: input.id });
  if (!found.ok) return found;
  const row: ResourceRow = found.value;
  if (input.if_revision !== undefined && row.revision !== input.if_revision) {
    return err(revisionMismatch(kind, row, input.if_revision));
  }
  const expected = input.if_desired_revision;
  if (expected !== undefined && !(await hasRevision(scope.deps.store, row, expected))) {
    // Another write of the plan may have taken a value between the reads of row and intent.
    const now = await findResource(scope.deps.store, kind, { tenantId, id: input.id });
    const hasMoved = now.ok && now.value.revision !== row.revision;
    return hasMoved ? findToChange(kind, input, scope) : err(desiredRevisionMismatch(kind, row));
  }
  if (row.busy_operation_id !== null) return err(busy(kind, row));
  return found;
}

/** Reads the resource that a write deletes: one to change, without deletion protection. */
export async function findToDelete<Kind extends ResourceKind>(
  kind: Kind,
  input: Parameters<typeof findToChange>[1],
  scope: WriteScope,
): Promise<Result<RowOf<Kind>, Problem>> {
  const found = await findToChange(kind, input, scope);
  if (!found.ok) return found;
  const row: ResourceRow = found.value;
  return isProtected(row) ? err(deletionProtected(kind, row.name)) : found;
}

/** Whether the deletion protection of a resource is on. A damaged one has none. */
export function isProtected(row: ResourceRow): boolean {
  return desiredIfReadable(row).deletion_protection === true;
}

/**
 * Whether the desired fields are those of a revision, besides a value that another write of the
 * same plan has taken from the resource.
 */
async function hasRevision(
  store: Pick<Store, 'read'>,
  row: ResourceRow,
  expected: string,
): Promise<boolean> {
  const desired_revision = desiredRevisionOf(row);
  if (desired_revision === expected) return true;
  const where = { id: row.id, planned_revision: expected, desired_revision };
  return (await store.read({ from: 'value_intents', where })).length > 0;
}
