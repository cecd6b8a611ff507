/**
 * Deletes the oldest audit entries of each tenant. The position and the hash of the last deleted
 * one are stored, so that the chain is verified from there, and no other entry can be passed off as
 * deleted by retention.
 */
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { encodeAuditMark } from '../../kernel/audit/audit-mark.ts';
import { deleteRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

/** Deletes audit entries. */
export const auditJob: RetentionJob = { name: 'audit', deleteBatch: forgetEntries };

async function forgetEntries(scope: RetentionScope): Promise<number> {
  const { store } = scope.deps;
  const heads = await store.read({ from: 'audit_heads' });
  let rows = 0;
  for (const head of heads) {
    if (rows >= scope.limit) break;
    rows += await forgetOfTenant({ ...scope, limit: scope.limit - rows }, head);
  }
  return rows;
}

async function forgetOfTenant(
  scope: RetentionScope,
  { id: tenant_id, position: end }: Tables['audit_heads'],
): Promise<number> {
  const { deps, nowMs, times, limit } = scope;
  const oldest = await deps.store.read({
    from: 'audit',
    where: { tenant_id, position: { above: 0 } },
    orderBy: { column: 'position', direction: 'asc' },
    limit,
    damaged: 'blank',
  });
  const young = oldest.findIndex((row) => row.at_ms >= nowMs - times.auditMs);
  // The end of the chain is retained: the next entry follows it.
  const old = (young < 0 ? oldest : oldest.slice(0, young)).filter((row) => row.position !== end);
  const last = old.at(-1);
  if (last === undefined || last.position === null || last.hash === null) return 0;
  const mark = { position: last.position, hash: last.hash };
  const row = { id: tenant_id, mark_json: encodeAuditMark(mark) };
  const drops = old.map(({ id }): Change => ({ kind: 'drop', from: 'audit', id }));
  return deleteRows(scope, old.length, [{ kind: 'put', into: 'audit_checkpoints', row }, ...drops]);
}
