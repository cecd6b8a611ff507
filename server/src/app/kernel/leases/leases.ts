/**
 * Leases: exclusive work of one server at a time. A lease is a row that is acquired, renewed and
 * taken over through guarded change sets. Other servers take it over once they have observed it
 * unchanged for its whole length, so the clocks of machines need not agree; a holder that could not
 * renew stops before. Source of the idea: leader election of Kubernetes' client-go; fences: M.
 * Kleppmann, "How to do distributed locking".
 */
import { steadyMs } from '@novacron/runtime/clock';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { removalChange, returningChange, takenProblem, takingChange } from './lease-changes.ts';
import { createLeaseObserver, type LookTimes } from './observe-leases.ts';

/** The length of a lease: several renewals, and a pause of a busy machine. */
export const LEASE_MS = 6_000;

/** Interval at which leases are renewed, and checked by servers that wait for them. */
const RENEW_MS = 1_500;

/** A holder stops this long after its last successful renewal. */
const HOLD_MS = LEASE_MS - RENEW_MS;

/** The lease that proves that a server is alive; its instance name follows. */
export const SERVER_PREFIX = 'server/';

type LeaseRow = Tables['leases'];

/** A lease as its holder's work sees it. */
export interface Lease {
  /** Whether this server may act under it now. */
  readonly isHeld: () => boolean;
  /** Makes a change set fail once another server has taken the lease over. */
  readonly guard: () => Change;
  /** Returns the progress of the work: noted by the previous holder, then by this holder. */
  readonly progress: () => number;
  /** Notes how far the work has got; stored with the next renewal. */
  readonly noteProgress: (progress: number) => void;
}

/** Subscribes to a lease. */
export interface LeaseListener {
  /** This server holds the lease from now on; `first`: no server has ever held it. */
  readonly onGained?: (history: 'first' | 'taken-over') => void;
  /** The lease is lost or cannot be renewed: no work may be done under it. */
  readonly onLost?: () => void;
}

/** Whether the server of an instance name has ended. */
export type IsServerGone = (instanceId: string | null) => boolean;

/** The leases of one server. */
export interface LeaseKeeper {
  /** Acquires a lease as soon as it is free, and again after losing it. */
  readonly keep: (id: string, listener?: LeaseListener) => Lease;
  /** Starts after all leases are named; resolves after the first attempt at each. */
  readonly start: () => Promise<void>;
  /**
   * Checks which servers are alive; the result says whether the server of an instance has ended.
   */
  readonly findLiveServers: () => Promise<IsServerGone>;
  /** Releases all leases. */
  readonly stop: () => Promise<void>;
}

/** Dependencies of the leases. */
export interface LeaseOptions {
  /** `one`: no other server can write to the store, so existing leases are a dead server's. */
  readonly servers: 'one' | 'several';
  /** Called when some server has ended. */
  readonly onServerGone: () => void;
}

interface Kept {
  readonly id: string;
  readonly listener: LeaseListener;
  state: 'waiting' | 'held';
  fence: number;
  /** End of the lease, by a monotonic clock. Unit: ms. */
  heldUntilMs: number;
  progress: number;
  progressKept: number;
  cancelEnd: () => void;
}

/** Name of the lease by which an instance proves that it is alive. */
export function serverLeaseId(instanceId: string): string {
  return `${SERVER_PREFIX}${instanceId}`;
}

/** Makes the leases of one server. */
export function createLeaseKeeper(deps: KernelDeps, options: LeaseOptions): LeaseKeeper {
  const isAlone = options.servers === 'one';
  const leases: Kept[] = [];
  const observer = createLeaseObserver(LEASE_MS);
  let knownServers: ReadonlySet<string> = new Set();
  let stopped = false;
  let cancelTick = (): void => undefined;
  let ticking = Promise.resolve();

  async function tick(): Promise<void> {
    await Promise.all([...leases.filter((lease) => lease.state === 'held').map(renew), look()]);
  }

  /** Reads all leases: some may have expired. */
  async function look(): Promise<void> {
    const waiting = leases.filter((lease) => lease.state === 'waiting');
    if (isAlone && waiting.length === 0) return;
    const rows = await deps.store.read({ from: 'leases' });
    observer.see(rows, readTimes(deps));
    await Promise.all(waiting.map((lease) => take(lease, findRow(rows, lease.id))));
    const before = knownServers;
    knownServers = livingServers(rows);
    if ([...before].some((id) => !knownServers.has(id))) options.onServerGone();
    await forgetServers(rows);
  }

  function livingServers(rows: readonly LeaseRow[]): ReadonlySet<string> {
    const living = rows.filter((row) => row.id.startsWith(SERVER_PREFIX) && !observer.isOver(row));
    return new Set(living.map(({ id }) => id));
  }

  async function take(lease: Kept, row: LeaseRow | undefined): Promise<void> {
    const isFree =
      row === undefined || isAlone || row.holder === deps.instanceId || observer.isOver(row);
    if (!isFree || stopped) return;
    const sentAtMs = steadyMs(deps.clock);
    const fence = (row?.fence ?? 0) + 1;
    const { id, progress } = lease;
    const taking = { id, row, progress, expiresAtMs: deps.clock.nowMs() + LEASE_MS };
    const done = await deps.store.commit([takingChange(deps, { ...taking, fence })]);
    if (!done.ok) return;
    lease.fence = fence;
    lease.progress = Math.max(lease.progress, row?.progress ?? 0);
    lease.progressKept = row?.progress ?? progress;
    if (!extend(lease, sentAtMs)) return;
    lease.state = 'held';
    deps.logger.debug({ lease: lease.id, fence }, 'lease taken');
    lease.listener.onGained?.(row === undefined ? 'first' : 'taken-over');
  }

  async function renew(lease: Kept): Promise<void> {
    const { fence, progress } = lease;
    if (isAlone && progress === lease.progressKept) return;
    const sentAtMs = steadyMs(deps.clock);
    const done = await deps.store.commit([
      {
        kind: 'update',
        table: 'leases',
        id: lease.id,
        set: { expires_at_ms: deps.clock.nowMs() + LEASE_MS, progress },
        expect: { holder: deps.instanceId, fence },
        otherwise: takenProblem(lease.id),
      },
    ]);
    if (done.ok) {
      lease.progressKept = progress;
      extend(lease, sentAtMs);
    } else if (done.error.data?.taken === true) {
      lose(lease);
    }
  }

  /** @returns whether the lease is valid: the answer may have taken too long */
  function extend(lease: Kept, sentAtMs: number): boolean {
    lease.cancelEnd();
    lease.heldUntilMs = isAlone ? Number.POSITIVE_INFINITY : sentAtMs + HOLD_MS;
    const leftMs = lease.heldUntilMs - steadyMs(deps.clock);
    if (!isAlone && leftMs > 0) lease.cancelEnd = deps.timers.after(leftMs, () => lose(lease));
    return leftMs > 0;
  }

  function lose(lease: Kept): void {
    if (lease.state === 'waiting') return;
    lease.state = 'waiting';
    lease.cancelEnd();
    if (!stopped) deps.logger.warn({ lease: lease.id }, 'lease lost');
    lease.listener.onLost?.();
  }

  /** Servers that ended long ago: a server without a row has ended as well. */
  async function forgetServers(rows: readonly LeaseRow[]): Promise<void> {
    const gone = rows.filter((row) => row.id.startsWith(SERVER_PREFIX) && observer.isLongOver(row));
    await Promise.all(gone.map((row) => deps.store.commit([removalChange(row)])));
  }

  function tickLater(): void {
    cancelTick = deps.timers.after(RENEW_MS, () => {
      ticking = tickSafely().finally(() => {
        if (!stopped) tickLater();
      });
    });
  }

  async function tickSafely(): Promise<void> {
    try {
      await tick();
    } catch (cause) {
      // Whatever the reason, leases that cannot be renewed expire by themselves.
      deps.logger.warn({ cause }, 'leases cannot be checked');
    }
  }

  return {
    keep: (id, listener = {}) => {
      const lease: Kept = {
        id,
        listener,
        state: 'waiting',
        fence: 0,
        heldUntilMs: Number.NEGATIVE_INFINITY,
        progress: 0,
        progressKept: 0,
        cancelEnd: () => undefined,
      };
      leases.push(lease);
      return makeLease(deps, lease);
    },
    start: async () => {
      if (leases.length === 0) return;
      await tickSafely();
      tickLater();
    },
    findLiveServers: async () => {
      if (isAlone) return () => true;
      const rows = await deps.store.read({ from: 'leases' });
      observer.see(rows, readTimes(deps));
      const living = livingServers(rows);
      return (instanceId) => instanceId === null || !living.has(serverLeaseId(instanceId));
    },
    stop: async () => {
      stopped = true;
      cancelTick();
      await ticking;
      const held = leases.filter((lease) => lease.state === 'held');
      for (const lease of held) lose(lease);
      await Promise.all(held.map((lease) => deps.store.commit([returningChange(deps, lease)])));
    },
  };
}

function makeLease(deps: KernelDeps, lease: Kept): Lease {
  return {
    isHeld: () => lease.state === 'held' && steadyMs(deps.clock) < lease.heldUntilMs,
    guard: () => ({
      kind: 'require-none',
      of: 'leases',
      where: { id: lease.id, fence: { not: lease.fence } },
      otherwise: takenProblem(lease.id),
    }),
    progress: () => lease.progress,
    noteProgress: (progress) => {
      lease.progress = progress;
    },
  };
}

function readTimes({ clock }: Pick<KernelDeps, 'clock'>): LookTimes {
  return { nowMs: clock.nowMs(), steadyMs: steadyMs(clock) };
}

function findRow(rows: readonly LeaseRow[], id: string): LeaseRow | undefined {
  return rows.find((row) => row.id === id);
}
