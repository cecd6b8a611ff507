/**
 * Runs the reconcilers of one server: owns their timers, leases, backoff, metrics and status. Of
 * each reconciler one round runs at a time.
 */
import type { ReconcilerStatus } from '@novacron/contract/operation/reconciler';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { Lease, LeaseKeeper } from '../leases/leases.ts';
import type { Reconciler, ReconcilerBudget } from './reconciler.ts';

/** A reconciler that keeps failing waits this many times its interval at most. */
const BACKOFF_FACTOR_MAX = 8;

/** Running reconcilers. */
export interface RunningReconcilers {
  /** The state of each, in the order of the table. */
  readonly list: () => readonly ReconcilerStatus[];
  /** Starts no further round and ends all subscriptions. */
  readonly stop: () => void;
}

type Deps = Pick<KernelDeps, 'clock' | 'timers' | 'logger' | 'telemetry'>;

interface Runner {
  readonly status: () => ReconcilerStatus;
  readonly wake: () => void;
  readonly stop: () => void;
}

/**
 * Starts the reconcilers.
 * @param leases - one lease each is taken and shared by the reconcilers that name it
 */
export function runReconcilers(
  deps: Deps,
  table: readonly Reconciler[],
  leases: Pick<LeaseKeeper, 'keep'>,
): RunningReconcilers {
  const runners = new Map<Reconciler, Runner>();
  for (const name of new Set(table.map(({ lease }) => lease))) {
    const onGained = () => {
      for (const [row, runner] of runners) {
        if (row.lease === name && row.wakesOn?.includes('lease-gained')) runner.wake();
      }
    };
    const lease = leases.keep(name, { onGained });
    for (const row of table) {
      if (row.lease === name) runners.set(row, startOne(deps, row, lease));
    }
  }
  return {
    list: () => table.flatMap((row) => runners.get(row)?.status() ?? []),
    stop: () => {
      for (const { stop } of runners.values()) stop();
    },
  };
}

function startOne(deps: Deps, row: Reconciler, lease: Lease): Runner {
  const { clock, timers, logger, telemetry } = deps;
  const { wakesAfterMs = 0 } = row;
  let stopped = false;
  let running = false;
  let wokenMeanwhile = false;
  let failures = 0;
  let rounds = 0;
  let lastStartMs: number | undefined;
  let lastDurationMs: number | undefined;
  let lastError: string | undefined;
  let nextMs: number | undefined;
  let cancel = (): void => undefined;
  const budget: ReconcilerBudget = {
    mayContinue: () => !stopped && (row.standby === 'runs' || lease.isHeld()),
    holdsLease: lease.isHeld,
    guard: lease.guard,
    progress: lease.progress,
    noteProgress: lease.noteProgress,
  };

  function schedule(delayMs: number): void {
    cancel();
    nextMs = clock.nowMs() + delayMs;
    cancel = timers.after(delayMs, () => void round());
  }

  async function round(): Promise<void> {
    nextMs = undefined;
    if (!budget.mayContinue()) return stopped ? undefined : schedule(row.everyMs);
    running = true;
    const startMs = clock.nowMs();
    lastStartMs = startMs;
    const observe = telemetry.startTimer('novacron_reconciler_round_seconds');
    let pauseMs = row.everyMs;
    try {
      const ended = await row.run(budget);
      pauseMs = ended?.nextMs ?? row.everyMs;
      failures = 0;
      lastError = undefined;
      telemetry.count('novacron_reconciler_rounds_total', { name: row.name, outcome: 'done' });
    } catch (cause) {
      failures += 1;
      pauseMs = row.everyMs * Math.min(2 ** (failures - 1), BACKOFF_FACTOR_MAX);
      lastError = cause instanceof Error ? cause.message : String(cause);
      telemetry.count('novacron_reconciler_rounds_total', { name: row.name, outcome: 'failed' });
      if (!stopped) logger.warn({ reconciler: row.name, cause }, 'reconciler round failed');
    }
    observe({ name: row.name });
    running = false;
    rounds += 1;
    lastDurationMs = clock.nowMs() - startMs;
    if (stopped) return;
    schedule(wokenMeanwhile ? wakesAfterMs : pauseMs);
    wokenMeanwhile = false;
  }

  function wake(): void {
    if (stopped) return;
    if (running) wokenMeanwhile = true;
    else if (nextMs === undefined || nextMs > clock.nowMs() + wakesAfterMs) schedule(wakesAfterMs);
  }

  // A series that begins with its first round would hide that round from rates.
  for (const outcome of ['done', 'failed']) {
    telemetry.count('novacron_reconciler_rounds_total', { name: row.name, outcome }, 0);
  }
  const unsubscribe = row.subscribe?.(budget, wake);
  const firstMs = row.firstMs ?? row.everyMs;
  if (firstMs === 0) void round();
  else schedule(firstMs);
  return {
    status: () => ({
      name: row.name,
      summary: row.summary,
      every_ms: row.everyMs,
      lease: row.lease,
      state: running ? 'running' : lease.isHeld() ? 'waiting' : 'standby',
      rounds,
      failures_in_a_row: failures,
      last_started_at: lastStartMs === undefined ? null : toTimestamp(lastStartMs),
      last_duration_ms: lastDurationMs ?? null,
      last_error: lastError ?? null,
      next_at: nextMs === undefined ? null : toTimestamp(nextMs),
    }),
    wake,
    stop: () => {
      stopped = true;
      cancel();
      unsubscribe?.();
    },
  };
}
