/** Forgets what nobody needs any more: small jobs that run from time to time, a part each. */
import type { AppDeps } from './deps.ts';

/** How often the jobs run. */
export const RETENTION_MS = 3_600_000;

/** A caller that has not confirmed its key for this long will not repeat the request either. */
export const KEY_LIFE_MS = 7 * 24 * 3_600_000;

/** Rows that a job takes in one commit. */
const ROWS_PER_COMMIT_MAX = 500;

/** Commits of one job in one run: what is left is taken in the next. */
const COMMITS_PER_RUN_MAX = 20;

/** One thing that is forgotten in time. */
export interface RetentionJob {
  readonly name: string;
  /** Forgets some. @returns how many there were; 0 when nothing is left */
  readonly forgetSome: (deps: AppDeps, nowMs: number, limit: number) => Promise<number>;
}

/** All jobs; a new one joins here. */
const JOBS: readonly RetentionJob[] = [
  { name: 'idempotency keys that nobody confirmed', forgetSome: forgetKeys },
];

/** Runs the jobs until it is stopped. */
export interface Retention {
  /** Runs them now. */
  readonly runNow: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Makes the retention of one server.
 * @param mayForget - whether this server does it, of all that share a store
 */
export function createRetention(deps: AppDeps, mayForget: () => boolean): Retention {
  let stopped = false;
  let cancel = (): void => undefined;

  async function runNow(): Promise<void> {
    for (const job of JOBS) await runJob(job);
  }

  async function runJob({ name, forgetSome }: RetentionJob): Promise<void> {
    let rows = 0;
    try {
      for (let round = 0; round < COMMITS_PER_RUN_MAX; round += 1) {
        if (stopped || !mayForget()) break;
        const some = await forgetSome(deps, deps.clock.nowMs(), ROWS_PER_COMMIT_MAX);
        rows += some;
        if (some < ROWS_PER_COMMIT_MAX) break;
      }
    } catch (cause) {
      deps.logger.warn({ job: name, cause }, 'retention has failed; its next run repeats it');
    }
    if (rows > 0) deps.logger.info({ job: name, rows }, 'forgotten');
  }

  function runLater(): void {
    cancel = deps.timers.after(RETENTION_MS, () => {
      void runNow();
      if (!stopped) runLater();
    });
  }

  runLater();
  return {
    runNow,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}

async function forgetKeys(deps: AppDeps, nowMs: number, limit: number): Promise<number> {
  const rows = await deps.store.read({
    from: 'idempotency_keys',
    where: { created_at_ms: { below: nowMs - KEY_LIFE_MS } },
    limit,
  });
  if (rows.length === 0) return 0;
  const done = await deps.store.commit(
    rows.map(({ id }) => ({ kind: 'drop', from: 'idempotency_keys', id })),
  );
  if (done.ok) return rows.length;
  deps.logger.warn({ problem: done.error }, 'keys are forgotten in the next run');
  return 0;
}
