import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { SavedMoment, TargetBackups, Verification } from '../../../ports/backups.ts';
import type { CapabilityDeps } from '../deps.ts';

const MILLISECONDS = 1_000;

type Deps = Pick<CapabilityDeps, 'clock' | 'telemetry'>;

/** Adds the present moment, and measures it. */
export async function saveMoment(
  { telemetry }: Deps,
  backups: TargetBackups,
  extent: 'whole' | 'changes',
): Promise<Result<SavedMoment, Problem>> {
  const saved = await backups.save(extent);
  if (!saved.ok) {
    telemetry.count('novacron_backup_failures_total', { work: 'save' });
    return saved;
  }
  const { atMs, sizeBytes } = saved.value;
  telemetry.set('novacron_backup_last_success_timestamp_seconds', [
    { labels: {}, value: atMs / MILLISECONDS },
  ]);
  if (extent === 'whole') {
    telemetry.set('novacron_backup_last_size_bytes', [{ labels: {}, value: sizeBytes }]);
  }
  return saved;
}

/** Verifies a backup by restoring it, and measures it. */
export async function verifyStored(
  { telemetry, clock }: Deps,
  backups: TargetBackups,
  id: string,
): Promise<Result<Verification, Problem>> {
  const verified = await backups.verify(id);
  if (verified.ok && verified.value.outcome === 'passed') {
    telemetry.set('novacron_backup_verified_timestamp_seconds', [
      { labels: {}, value: clock.nowMs() / MILLISECONDS },
    ]);
  } else telemetry.count('novacron_backup_failures_total', { work: 'verify' });
  return verified;
}
