/** Lists backups, makes one, and verifies one, as administrators of the platform ask for it. */
import type { Backup } from '@novacron/contract/operation/backup-operations';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { StoredBackup, TargetBackups } from '../../../ports/backups.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole } from '../../kernel/lists/list-items.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { saveMoment, verifyStored } from './save-moment.ts';

/** Lists the backups at the target. */
export async function listBackups(deps: CapabilityDeps, input: ParsedInputOf<'backup.list'>) {
  const backups = await requireTarget(deps);
  if (!backups.ok) return backups;
  const listed = await backups.value.list();
  if (!listed.ok) return listed;
  const items = listed.value.map(toBackup);
  return ok(listWhole({ operation: 'backup.list', input, nowMs: deps.clock.nowMs() }, items));
}

/** Makes a whole backup. */
export async function runBackup(
  deps: CapabilityDeps,
  context: CallContext,
): Promise<Result<OutputOf<'backup.run'>, Problem>> {
  const backups = await requireTarget(deps);
  if (!backups.ok) return backups;
  const saved = await saveMoment(deps, backups.value, 'whole');
  if (!saved.ok) return saved;
  const { backupId: id, atMs, sizeBytes } = saved.value;
  const noted = await note(deps, context, { operation: 'backup.run', id });
  return noted.ok ? ok({ id, as_of: toTimestamp(atMs), size_bytes: sizeBytes }) : noted;
}

/** Restores a backup to scratch. */
export async function verifyBackup(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'backup.verify'>,
  context: CallContext,
): Promise<Result<OutputOf<'backup.verify'>, Problem>> {
  const backups = await requireTarget(deps);
  if (!backups.ok) return backups;
  const verified = await verifyStored(deps, backups.value, id);
  if (!verified.ok) return verified;
  const noted = await note(deps, context, { operation: 'backup.verify', id });
  if (!noted.ok) return noted;
  const { value } = verified;
  return ok(
    value.outcome === 'passed'
      ? { verification: value.outcome, as_of: toTimestamp(value.asOfMs), reason: null }
      : { verification: value.outcome, as_of: null, reason: value.reason },
  );
}

async function requireTarget({ backups }: CapabilityDeps): Promise<Result<TargetBackups, Problem>> {
  if (backups?.kind === 'target') return ok(backups);
  if (backups === undefined) {
    return err(
      problem('conflict', {
        detail: 'This server makes no backups.',
        remedy: 'Start it with a backup target: --backup-to DIRECTORY, s3://… or sftp://….',
      }),
    );
  }
  const archivedMs = await backups.lastArchivedMs();
  const last = archivedMs === undefined ? 'none yet' : toTimestamp(archivedMs);
  return err(
    problem('conflict', {
      detail:
        'The store is a PostgreSQL database, which backs itself up. Last log segment that it ' +
        `archived: ${last}.`,
      remedy: "Use the database's own tools: pg_basebackup, and archive_command for its log.",
    }),
  );
}

function note(
  deps: CapabilityDeps,
  context: CallContext,
  { operation, id }: { readonly operation: 'backup.run' | 'backup.verify'; readonly id: string },
) {
  const target = { id, name: id };
  const entry = { operation, outcome: 'done', resourceKind: '', target } as const;
  return commitChanges(deps, [auditChange(deps, context, { ...entry, changes: {} })]);
}

function toBackup({ id, startedAtMs, momentsMs, sizeBytes, verified }: StoredBackup): Backup {
  return {
    id,
    started_at: toTimestamp(startedAtMs),
    restorable_until: toTimestamp(momentsMs.at(-1) ?? startedAtMs),
    moments: momentsMs.length,
    size_bytes: sizeBytes,
    verification: verified?.outcome ?? 'none',
    verified_at: verified === undefined ? null : toTimestamp(verified.atMs),
  };
}
