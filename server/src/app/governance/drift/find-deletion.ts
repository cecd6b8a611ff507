/** Finds out who deleted a resource: drift that leaves nothing to compare. */
import type { DeletedResource } from '@novacron/contract/drift/drift';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { explainDeletion } from '@novacron/engine/drift/explain-drift';
import { causeOf } from '@novacron/engine/drift/rules/find-causes';
import { rateSeverity } from '@novacron/engine/drift/rules/rate-severity';
import type { Store } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { toAuditEntry } from '../../kernel/audit/audit.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';

const DELETES = RESOURCE_KINDS.map((kind) => `${kind}.delete`);

/** The resource no longer exists. */
const ALL_PERCENT = 100;

/**
 * Looks for the deletion of a resource in the audit log.
 * @returns undefined where the resource still exists, or where the log does not reach back far
 *   enough
 */
export async function findDeletion(
  store: Pick<Store, 'read'>,
  { tenantId, resourceId }: { readonly tenantId: string; readonly resourceId: string },
): Promise<DeletedResource | undefined> {
  const [entry] = await store.read({
    from: 'audit',
    where: {
      tenant_id: tenantId,
      resource_id: resourceId,
      operation: { in: DELETES },
      outcome: 'done',
    },
    orderBy: { column: 'id', direction: 'desc' },
    limit: 1,
    damaged: 'blank',
  });
  const kind = RESOURCE_KINDS.find((each) => each === entry?.resource_kind);
  if (entry === undefined || kind === undefined) return undefined;
  // A delete that failed later is in the log as well, since its admission.
  const from: (typeof RESOURCE_TABLES)[typeof kind] = RESOURCE_TABLES[kind];
  const rows: readonly ResourceRow[] = await store.read({ from, where: { id: resourceId } });
  if (rows.length > 0) return undefined;
  const about = {
    resource_kind: kind,
    resource_id: resourceId,
    resource_name: entry.resource_name,
  };
  const deleted = { ...about, cause: causeOf(toAuditEntry(entry)) };
  return {
    ...deleted,
    severity: rateSeverity([], ALL_PERCENT),
    explanation: explainDeletion(deleted),
  };
}
