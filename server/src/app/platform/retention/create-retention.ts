import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { RetentionDeps } from './deps.ts';
import type { RetentionJob } from './retention-job.ts';
import { createRetentionJobs } from './retention-jobs.ts';

/** Interval between runs of the jobs. */
export const RETENTION_MS = 3_600_000;

/** Delay until the next run if more is left than one run deletes. */
const RETENTION_BUSY_MS = 5_000;

/** Rows that a job deletes in one commit. */
const ROWS_PER_COMMIT_MAX = 500;

/** Commits of one job in one run. */
const COMMITS_PER_RUN_MAX = 20;

/** Deletes records whose retention time is over. */
export function retention(deps: RetentionDeps): Reconciler {
  const { telemetry } = deps;
  const jobs = createRetentionJobs();

  async function runJob(
    { name, deleteBatch }: RetentionJob,
    { mayContinue, guard }: ReconcilerBudget,
  ): Promise<'done' | 'more'> {
    let rows = 0;
    let some = ROWS_PER_COMMIT_MAX;
    try {
      for (let round = 0; round < COMMITS_PER_RUN_MAX && some > 0; round += 1) {
        if (!mayContinue()) break;
        const { retention: times } = deps.settings;
        const scope = { deps, times, nowMs: deps.clock.nowMs(), limit: ROWS_PER_COMMIT_MAX };
        some = await deleteBatch({ ...scope, guard: guard() });
        rows += some;
        if (some < ROWS_PER_COMMIT_MAX) some = 0;
      }
    } catch (cause) {
      some = 0;
      deps.logger.warn({ job: name, cause }, 'a retention job failed; its next run repeats it');
    }
    if (rows > 0) {
      deps.logger.info({ job: name, rows }, 'forgotten');
      telemetry.count('novacron_retention_rows_total', { job: name }, rows);
    }
    return some > 0 && mayContinue() ? 'more' : 'done';
  }

  return {
    name: 'retention',
    summary: 'Deletes records after their retention time.',
    everyMs: RETENTION_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      // What is deleted by a time that no longer counts does not come back.
      await deps.live.load();
      let outcome: 'done' | 'more' = 'done';
      for (const job of jobs) if ((await runJob(job, budget)) === 'more') outcome = 'more';
      return outcome === 'more' ? { nextMs: RETENTION_BUSY_MS } : undefined;
    },
  };
}
