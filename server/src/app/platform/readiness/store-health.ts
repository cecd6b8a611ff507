/**
 * Health of the store: a tiny write at an interval, read back, and the errors of users' calls in
 * between. Answers come from memory, so they are available even while the store is not.
 */
import type { Bus } from '@novacron/bus/bus';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { Change, Store } from '../../../ports/store.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import { aroundCommits, commitChanges } from '../../kernel/write/commit-changes.ts';
import { readDamagedKeys } from '../../policy/signing/server-keys.ts';
import type { Readiness } from './readiness.ts';
import { findRestored, type RestoredStore, restoredProblem } from './restored-store.ts';

/** Balancers ask every 5 to 10 s. Unit: milliseconds. */
export const PROBE_INTERVAL_MS = 5_000;

/** A probe takes milliseconds; one that takes longer than this has failed. Unit: milliseconds. */
export const PROBE_MS_MAX = 5_000;

/** Time for which a call's finding is trusted: damage does not heal, but a file is replaced. */
export const FINDING_MS = 60_000;

/** Rows of servers that ended are older than any probe of one that runs. Unit: milliseconds. */
const PROBE_AGE_MS_MAX = 3_600_000;

/** Rows of other servers that one probe removes. */
const OLD_PROBES_MAX = 10;

const MILLISECONDS = 1_000;

/** Dependencies of the store's health. */
export interface StoreHealthDeps {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The health of one store as one server sees it. */
export interface StoreHealth {
  /** Wraps the store: what calls meet is remembered. */
  readonly watch: (store: Store) => Store;
  /** Probes at an interval; resolves after the first probe, or when its time is over. */
  readonly start: (parts: ProbeParts) => Promise<() => void>;
  /** The server is not ready for this reason, whatever the store says; undefined: no longer. */
  readonly hold: (obstacle: Problem | undefined) => void;
  /** The state now, from memory. */
  readonly report: () => Readiness;
}

/** Dependencies of the probe. */
export interface ProbeParts {
  readonly store: Store;
  readonly timers: Timers;
  readonly bus: Pick<Bus, 'isUp'>;
  /** Names this start of the server: its row. */
  readonly id: string;
}

/** Finding of the last probe. */
type Finding =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'done';
      readonly atMs: number;
      readonly hasReadyNode: boolean;
      /** Ids of keys whose policies are refused. */
      readonly damagedKeys: readonly string[];
      readonly restored: RestoredStore | undefined;
    }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Problem that a call met. */
interface Met {
  readonly atMs: number;
  readonly problem: Problem;
}

/** Makes the health of a store that nothing is known of. */
export function createStoreHealth({ clock, telemetry }: StoreHealthDeps): StoreHealth {
  let finding: Finding = { kind: 'none' };
  let startedAtMs: number | undefined;
  let damage: Met | undefined;
  let full: Met | undefined;
  let held: Problem | undefined;
  let isBusUp = (): boolean => true;

  /** Remembers what makes the store unfit; another problem concerns one call only. */
  function note(found: Problem | undefined): void {
    if (found?.code === 'store-damaged') damage = { atMs: clock.nowMs(), problem: found };
    if (found?.code === 'storage-full') full = { atMs: clock.nowMs(), problem: found };
  }

  async function noting<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      note(problemOf(cause));
      throw cause;
    }
  }

  async function probe({ store, id }: ProbeParts): Promise<void> {
    startedAtMs = clock.nowMs();
    const stopTimer = telemetry.startTimer('novacron_store_probe_duration_seconds');
    const found = await probeStore(store, { id, nowMs: startedAtMs });
    stopTimer({});
    startedAtMs = undefined;
    finding = found;
    const outcome = found.kind === 'failed' ? found.problem.code : 'done';
    telemetry.count('novacron_store_probes_total', { outcome });
    if (found.kind === 'done') {
      const value = found.atMs / MILLISECONDS;
      telemetry.set('novacron_store_probe_success_timestamp_seconds', [{ labels: {}, value }]);
    }
    await measure(store, telemetry);
  }

  function report(): Readiness {
    const nowMs = clock.nowMs();
    if (held !== undefined) return notReady(held);
    if (damage !== undefined && nowMs - damage.atMs < FINDING_MS) return notReady(damage.problem);
    if (startedAtMs !== undefined && nowMs - startedAtMs > PROBE_MS_MAX) {
      return notReady(silentStore());
    }
    if (finding.kind === 'none') return notReady(notProbed());
    if (finding.kind === 'failed') return notReady(finding.problem);
    const degraded: Problem[] = [];
    if (full !== undefined && nowMs - full.atMs < FINDING_MS) degraded.push(full.problem);
    if (!isBusUp()) degraded.push(noBus());
    if (!finding.hasReadyNode) degraded.push(noNode());
    if (finding.restored !== undefined) degraded.push(restoredProblem(finding.restored));
    if (finding.damagedKeys.length > 0) degraded.push(damagedKeys(finding.damagedKeys));
    return { kind: 'ready', degraded };
  }

  function setReady(): void {
    const found = report();
    const value = found.kind === 'ready' ? 1 : 0;
    telemetry.set('novacron_server_ready', [{ labels: {}, value }]);
    const reasons = found.kind === 'ready' ? found.degraded.length : 0;
    telemetry.set('novacron_server_degraded', [{ labels: {}, value: reasons }]);
  }

  return {
    report,
    hold: (obstacle) => {
      held = obstacle;
      setReady();
    },
    watch: (store) => ({
      ...aroundCommits(store, async (changes, commit) => {
        const done = await commit();
        if (!done.ok) note(done.error);
        else if (growsStore(changes)) full = undefined;
        return done;
      }),
      read: (query) => noting(() => store.read(query)),
      snapshot: (queries) => noting(() => store.snapshot(queries)),
      count: (query) => noting(() => store.count(query)),
      tally: (tally) => noting(() => store.tally(tally)),
    }),
    start: (parts) => {
      const { timers, bus } = parts;
      isBusUp = bus.isUp;
      return new Promise((resolve) => {
        const stop = (): void => {
          cancelPatience();
          probes.stop();
          gauge.stop();
        };
        const cancelPatience = timers.after(PROBE_MS_MAX, () => resolve(stop));
        const rounds = { everyMs: PROBE_INTERVAL_MS, onFailure: () => undefined };
        const probes = repeatWork(timers, {
          ...rounds,
          firstMs: 0,
          work: async () => {
            await probe(parts);
            setReady();
            cancelPatience();
            resolve(stop);
          },
        });
        // By itself, because a probe that does not return is what it must show.
        const gauge = repeatWork(timers, { ...rounds, work: async () => setReady() });
      });
    },
  };
}

/** A full store takes deletes, and updates such as those of probes: they do not show room. */
function growsStore(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === 'insert');
}

/** Writes the row of this server and reads it back, with what the fleet has. Never rejects. */
async function probeStore(
  store: Store,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): Promise<Finding> {
  try {
    const row = { id, at_ms: nowMs };
    const written = await commitChanges({ store }, [{ kind: 'put', into: 'store_probes', row }]);
    if (!written.ok) return { kind: 'failed', problem: written.error };
    const { own, old, nodes } = await store.snapshot({
      own: { from: 'store_probes', where: { id } },
      old: {
        from: 'store_probes',
        where: { at_ms: { below: nowMs - PROBE_AGE_MS_MAX } },
        limit: OLD_PROBES_MAX,
      },
      nodes: { from: 'nodes', where: { status: 'ready' }, limit: 1 },
    });
    if (own[0]?.at_ms !== nowMs) return { kind: 'failed', problem: notReadBack() };
    if (old.length > 0) {
      await commitChanges(
        { store },
        old.map((row) => ({ kind: 'drop', from: 'store_probes', id: row.id })),
      );
    }
    const damaged = await findDamagedKeys(store);
    return {
      kind: 'done',
      atMs: nowMs,
      hasReadyNode: nodes.length > 0,
      damagedKeys: damaged,
      restored: await findRestored(store),
    };
  } catch (cause) {
    return { kind: 'failed', problem: problemOf(cause) ?? unreadableStore() };
  }
}

/** Keys that this server may not open, because it lacks the sealing key, are not damaged. */
async function findDamagedKeys(store: Store): Promise<readonly string[]> {
  try {
    return await readDamagedKeys(store);
  } catch {
    return [];
  }
}

async function measure(store: Store, telemetry: Telemetry): Promise<void> {
  try {
    const size = await store.measure?.();
    if (size === undefined) return;
    const { sizeBytes, freeBytes } = size;
    telemetry.set('novacron_store_size_bytes', [{ labels: {}, value: sizeBytes }]);
    if (freeBytes === undefined) return;
    telemetry.set('novacron_store_free_bytes', [{ labels: {}, value: freeBytes }]);
  } catch {
    // The probe has said what is wrong; a gauge that is not set any more shows its age.
  }
}

/** Returns the problem that a store attaches to the errors of its reads. */
function problemOf(cause: unknown): Problem | undefined {
  if (typeof cause !== 'object' || cause === null || !('problem' in cause)) return undefined;
  const { problem: found } = cause;
  const isProblem = typeof found === 'object' && found !== null && 'code' in found;
  // Only ports attach problems to what they throw.
  return isProblem ? (found as Problem) : undefined;
}

function notReady(found: Problem): Readiness {
  return { kind: 'not-ready', problem: found };
}

function notProbed(): Problem {
  return problem('unavailable', {
    detail: 'The server is starting: its store was not written to yet.',
    remedy: 'Ask again in a few seconds.',
  });
}

function silentStore(): Problem {
  return problem('unavailable', {
    detail: `The server's store has not answered a write for more than ${PROBE_MS_MAX} ms.`,
    remedy: "An operator must check the disk of the store, or the database's server.",
    data: { probe_ms_max: PROBE_MS_MAX },
  });
}

function unreadableStore(): Problem {
  return problem('unavailable', {
    detail: "The server's store cannot be read.",
    remedy: "An operator must look for the cause in the server's log.",
  });
}

function notReadBack(): Problem {
  return problem('store-damaged', {
    detail: 'What the server has written to its store was not read back.',
    remedy: 'An operator must stop the server and restore the store from a backup.',
  });
}

function damagedKeys(ids: readonly string[]): Problem {
  return problem('store-damaged', {
    detail:
      `The keys ${ids.join(', ')} in policy_signing_keys cannot be decrypted: the policies that ` +
      'they signed refuse every write.',
    remedy:
      'An operator must restore them from a backup; or disable those policies with novacron ' +
      'policy disable NAME --break-glass, and send their rules again, which a new key signs.',
    data: { reason: 'row-damaged', ids: [...ids] },
  });
}

function noBus(): Problem {
  return problem('unavailable', {
    detail: 'The message bus is away: no command reaches an agent, and no node is heard.',
    remedy: 'An operator must start it again; the server connects by itself.',
  });
}

function noNode(): Problem {
  return problem('unavailable', {
    detail: 'No node is ready.',
    remedy: 'Start an agent, or find the reason why nodes are lost: novacron node list.',
  });
}
