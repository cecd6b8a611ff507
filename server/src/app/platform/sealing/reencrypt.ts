/**
 * Re-encrypts the store with its latest key. Every server watches which keys the others use; the
 * one that holds the lease re-encrypts what is plain or sealed with an earlier key, a batch at a
 * time.
 */

import type { Sealing } from '../../../ports/sealing.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../deps.ts';

/** Interval at which a server checks the current sealing key. */
export const FOLLOW_MS = 30_000;

/**
 * Re-encryption waits until every server has checked: one that has not goes on sealing with the
 * earlier key, and what it writes after the scan has passed would be missed.
 */
export const SETTLE_MS = 3 * FOLLOW_MS;

/** A pause between two rounds, for requests. */
const ROUND_MS = 20;

type Deps = Pick<CapabilityDeps, 'clock' | 'logger' | 'telemetry'>;

/**
 * Delay after which the lease of a start is taken, and a row that changed in a round can be read
 * again.
 */
const RETRY_MS = 1_000;

/** Dependencies of re-encryption. */
export interface ResealingOptions {
  /** `one`: no other server can write to the store. */
  readonly servers: 'one' | 'several';
}

/** Encrypts the store with its latest key. */
export function resealing(deps: Deps, sealing: Sealing, { servers }: ResealingOptions): Reconciler {
  const { telemetry } = deps;
  let isDone = false;

  async function resealSome({ holdsLease, guard }: ReconcilerBudget): Promise<number> {
    const since = sealing.sealsSinceMs();
    const followed = await sealing.follow();
    if (!followed.ok) {
      deps.logger.error(
        { problem: followed.error },
        'this server lacks a sealing key of its store',
      );
      return FOLLOW_MS;
    }
    if (sealing.sealsSinceMs() !== since) isDone = false;
    const settledMs = servers === 'one' ? 0 : sealing.sealsSinceMs() + SETTLE_MS;
    if (isDone || deps.clock.nowMs() < settledMs) return FOLLOW_MS;
    if (!holdsLease()) return servers === 'one' ? RETRY_MS : FOLLOW_MS;
    const round = await sealing.resealSome(guard());
    if (!round.ok) {
      deps.logger.info({ problem: round.error }, 'reencryption waits for its next round');
      return round.error.code === 'conflict' ? RETRY_MS : FOLLOW_MS;
    }
    const { kind, table, rows, damaged } = round.value;
    if (rows > 0) telemetry.count('novacron_resealed_rows_total', { table }, rows);
    if (damaged.length > 0)
      deps.logger.error({ table, damaged }, 'sealed values cannot be decrypted');
    isDone = kind === 'done';
    return isDone ? FOLLOW_MS : ROUND_MS;
  }

  return {
    name: 'resealing',
    summary: 'Encrypts stored values with the latest sealing key.',
    everyMs: FOLLOW_MS,
    firstMs: ROUND_MS,
    lease: 'reconcilers',
    standby: 'runs',
    run: async (budget) => ({ nextMs: await resealSome(budget) }),
  };
}
