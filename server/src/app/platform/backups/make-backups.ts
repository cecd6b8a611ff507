/**
 * Backs up the store: a whole copy at an interval, the changes every few seconds in between, and a
 * verification a day. What fails is tried again in the next round; an event says when backups begin
 * to fail, and when they work again.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Backups, DatabaseBackups, TargetBackups } from '../../../ports/backups.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { BackupTimes } from './backup-times.ts';
import { findExpired } from './find-expired.ts';
import { saveMoment, verifyStored } from './save-moment.ts';

/** What a loss of the server's disk may cost, with the time that a round takes. Unit: ms. */
const CHANGES_EVERY_MS = 15_000;

/** A large store is not copied all the time: this many times as long passes in between. */
const PAUSE_FACTOR = 3;

const FIRST_MS = 1_000;

/** Each look takes a connection of its own. Unit: ms. */
const DATABASE_EVERY_MS = 60_000;

const VERIFY_EVERY_MS = 86_400_000;

const MILLISECONDS = 1_000;

/** Makes backups, or watches those of the database. */
export function storeBackups(
  deps: CapabilityDeps,
  backups: Backups,
  times: BackupTimes,
): Reconciler {
  const work = backups.kind === 'target' ? targetRounds(deps, backups, times) : undefined;
  for (const what of work === undefined ? [] : ['save', 'verify']) {
    deps.telemetry.count('novacron_backup_failures_total', { work: what }, 0);
  }
  return {
    name: 'store-backups',
    summary: 'Backs up the store, removes old backups and verifies one a day.',
    everyMs: CHANGES_EVERY_MS,
    firstMs: FIRST_MS,
    lease: 'reconcilers',
    run: async () => {
      if (work !== undefined) return work();
      if (backups.kind === 'database') await watchDatabase(deps, backups);
      return { nextMs: DATABASE_EVERY_MS };
    },
  };
}

async function watchDatabase(
  { telemetry }: CapabilityDeps,
  { lastArchivedMs }: DatabaseBackups,
): Promise<void> {
  const archivedMs = await lastArchivedMs();
  const series = archivedMs === undefined ? [] : [{ labels: {}, value: archivedMs / MILLISECONDS }];
  telemetry.set('novacron_backup_last_success_timestamp_seconds', series);
}

function targetRounds(deps: CapabilityDeps, backups: TargetBackups, times: BackupTimes) {
  const { clock } = deps;
  let wholeMs: number | undefined;
  let failedMs: number | undefined;

  /** Announces the first failure of several, and the success after them. */
  async function note(outcome: Result<unknown, Problem>): Promise<void> {
    const nowMs = clock.nowMs();
    if (!outcome.ok && failedMs === undefined) {
      failedMs = nowMs;
      await announce(deps, 'backup.failed', { detail: outcome.error.detail });
    } else if (outcome.ok && failedMs !== undefined) {
      await announce(deps, 'backup.recovered', { failed_for_ms: nowMs - failedMs });
      failedMs = undefined;
    }
  }

  return async () => {
    const startedMs = clock.nowMs();
    const isDue = wholeMs === undefined || startedMs - wholeMs >= times.everyMs;
    const saved = await saveMoment(deps, backups, isDue ? 'whole' : 'changes');
    const tookMs = clock.nowMs() - startedMs;
    if (saved.ok && isDue) wholeMs = startedMs;
    const kept = saved.ok && isDue ? await keep(deps, backups, times) : saved;
    await note(kept);
    return { nextMs: Math.max(CHANGES_EVERY_MS, PAUSE_FACTOR * tookMs) };
  };
}

/** Removes old backups, and verifies the newest one once a day. */
async function keep(
  deps: CapabilityDeps,
  backups: TargetBackups,
  times: BackupTimes,
): Promise<Result<unknown, Problem>> {
  const nowMs = deps.clock.nowMs();
  const listed = await backups.list();
  if (!listed.ok) return listed;
  const expired = findExpired(listed.value, times, nowMs);
  if (expired.length > 0) {
    const removed = await backups.remove(expired);
    if (!removed.ok) return removed;
  }
  const verifiedMs = Math.max(...listed.value.map(({ verified }) => verified?.atMs ?? 0));
  const newest = listed.value.at(-1);
  if (newest === undefined || nowMs - verifiedMs < VERIFY_EVERY_MS) return listed;
  const verified = await verifyStored(deps, backups, newest.id);
  if (!verified.ok || verified.value.outcome === 'passed') return verified;
  return err(unusable(newest.id, verified.value.reason));
}

async function announce(
  deps: CapabilityDeps,
  type: string,
  data: Readonly<Record<string, string | number>>,
): Promise<void> {
  deps.logger.warn(data, type === 'backup.failed' ? 'backups fail' : 'backups work again');
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return;
  const priority = type === 'backup.failed' ? 'critical' : 'normal';
  const event = {
    tenantId: tenant.id,
    type,
    source: 'backup',
    target: '',
    priority,
    data,
  } as const;
  await commitChanges(deps, [eventChange(deps, event)]);
}

function unusable(id: string, reason: string): Problem {
  return problem('unavailable', {
    detail: `The backup ${id} could not be restored: ${reason}.`,
    remedy: 'Check the disk of the backup target; make a new backup: novacron admin backup run.',
  });
}
