/** Exports of snapshots: which there are, who may send one and who may download it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { exportBytesMax } from '@novacron/contract/formats/snapshot-export';
import { SnapshotExport } from '@novacron/contract/kinds/snapshot/snapshot-export';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { StoredExport } from '../../../ports/snapshot-exports.ts';
import type { SnapshotRow, VolumeRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import type { ResourceDeps } from '../deps.ts';

const DAY_MS = 86_400_000;

/** Retention of an export on the server. Unit: ms. */
export const EXPORT_RETENTION_MS = 7 * DAY_MS;

/** Lists the exports of a tenant that are complete. */
export async function listExports(
  deps: Pick<ResourceDeps, 'store' | 'exports'>,
  context: CallContext,
): Promise<Result<OutputOf<'snapshot.exports'>, Problem>> {
  const { tenantId } = context.principal;
  const ids = deps.exports?.list().map(({ snapshotId }) => snapshotId) ?? [];
  const snapshots = await deps.store.read({
    from: 'snapshots',
    where: { tenant_id: tenantId, id: { in: ids } },
  });
  const volumes = await deps.store.read({
    from: 'volumes',
    where: { id: { in: snapshots.map(({ volume_id }) => volume_id) } },
  });
  const exports = snapshots.flatMap((row) => {
    const stored = deps.exports?.find(row.id);
    const volume = volumes.find(({ id }) => id === row.volume_id);
    return stored === undefined ? [] : [describe(row, volume, stored)];
  });
  return ok({ exports });
}

function describe(
  row: SnapshotRow,
  volume: VolumeRow | undefined,
  stored: StoredExport,
): SnapshotExport {
  const { sha256, bytes, virtualBytes, exportedAtMs } = stored;
  return SnapshotExport.parse({
    format_version: 1,
    snapshot_id: row.id,
    name: row.name,
    volume_name: volume?.name ?? null,
    storage_class: row.pool,
    size_gb: row.size_gb,
    created_at: new Date(row.created_at_ms).toISOString(),
    format: 'qcow2',
    bytes,
    virtual_bytes: virtualBytes,
    sha256,
    exported_at: new Date(exportedAtMs).toISOString(),
    expires_at: new Date(exportedAtMs + EXPORT_RETENTION_MS).toISOString(),
  });
}

/** Queries of transports about exports that nodes send. */
export interface ExportAccess {
  /**
   * The largest file that a node may send now for a snapshot; undefined where no export of it is
   * under way with this ticket. Unit: bytes.
   */
  readonly admit: (snapshotId: string, ticket: string) => Promise<number | undefined>;
}

/** Answers them from the store. */
export function createExportAccess(deps: Pick<ResourceDeps, 'store'>): ExportAccess {
  const { store } = deps;
  return {
    admit: async (id, ticket) => {
      const [row] = await store.read({ from: 'snapshots', where: { id } });
      if (row === undefined || row.busy_operation_id === null) return undefined;
      const where = { id: row.busy_operation_id, status: 'running' } as const;
      const [operation] = await store.read({ from: 'operations', where, damaged: 'blank' });
      if (operation === undefined || isDamaged(operation)) return undefined;
      const isMeant = decodeDefinition(operation).steps.some(
        ({ action }) =>
          action.kind === 'agent' &&
          action.action.kind === 'export-snapshot' &&
          isSame(action.action.ticket, ticket),
      );
      return isMeant ? exportBytesMax(row.size_gb) : undefined;
    },
  };
}

/** Compares in a time that says nothing of where they differ. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((each) => createHash('sha256').update(each).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
