import type { Lease } from '../../kernel/leases/leases.ts';
import { type Repeating, repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { RetentionDeps } from './deps.ts';
import type { RetentionJob } from './retention-job.ts';
import { createRetentionJobs } from './retention-jobs.ts';

/** How often the jobs run. */
export const RETENTION_MS = 3_600_000;

/** How soon they run again where more was left than one run takes. */
const RETENTION_BUSY_MS = 5_000;

/** Rows that a job takes in one commit. */
const ROWS_PER_COMMIT_MAX = 500;

/** Commits of one job in one run. */
const COMMITS_PER_RUN_MAX = 20;

/**
 * Makes the retention of one server.
 * @param lease - held by the one server, of all that share a store, that does it
 */
export function createRetention(
  deps: RetentionDeps,
  lease: Pick<Lease, 'isHeld' | 'guard'>,
): Repeating {
  const { telemetry } = deps;
  const { retention: times } = deps.settings;
  const jobs = createRetentionJobs();
  let pauseMs = RETENTION_MS;

  async function runAll(): Promise<'done' | 'more'> {
    let outcome: 'done' | 'more' = 'done';
    for (const job of jobs) if ((await runJob(job)) === 'more') outcome = 'more';
    return outcome;
  }

  async function runJob({ name, forgetSome }: RetentionJob): Promise<'done' | 'more'> {
    let rows = 0;
    let some = ROWS_PER_COMMIT_MAX;
    try {
      for (let round = 0; round < COMMITS_PER_RUN_MAX && some > 0; round += 1) {
        if (rounds.isStopped() || !lease.isHeld()) break;
        const scope = { deps, times, nowMs: deps.clock.nowMs(), limit: ROWS_PER_COMMIT_MAX };
        some = await forgetSome({ ...scope, guard: lease.guard() });
        rows += some;
        if (some < ROWS_PER_COMMIT_MAX) some = 0;
      }
    } catch (cause) {
      some = 0;
      deps.logger.warn({ job: name, cause }, 'retention has failed; its next run repeats it');
    }
    if (rows > 0) {
      deps.logger.info({ job: name, rows }, 'forgotten');
      telemetry.count('novacron_retention_rows_total', { job: name }, rows);
    }
    return some > 0 && lease.isHeld() ? 'more' : 'done';
  }

  const rounds = repeatWork(deps.timers, {
    everyMs: () => pauseMs,
    work: async () => {
      pauseMs = (await runAll()) === 'more' ? RETENTION_BUSY_MS : RETENTION_MS;
    },
    onFailure: (cause) => deps.logger.warn({ cause }, 'retention has failed'),
  });
  return rounds;
}
