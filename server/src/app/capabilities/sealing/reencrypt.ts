/**
 * Keeps the store sealed with its latest key. Every server follows what the others do; the one that
 * holds the lease seals anew what is plain or sealed with an earlier key, a little at a time.
 */

import type { Sealing } from '../../../ports/sealing.ts';
import type { Lease } from '../../kernel/leases/leases.ts';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { CapabilityDeps } from '../deps.ts';

/** How often a server looks which key seals. */
export const FOLLOW_MS = 30_000;

/**
 * Nothing is sealed anew before every server has looked: one that has not yet goes on sealing with
 * the earlier key, and what it seals behind the back of the work would be left over.
 */
export const SETTLE_MS = 3 * FOLLOW_MS;

/** Leaves the store to requests between two rounds. */
const ROUND_MS = 20;

type Deps = Pick<CapabilityDeps, 'clock' | 'timers' | 'logger' | 'telemetry'>;

/** What the work goes by. */
export interface KeepSealedOptions {
  readonly lease: Pick<Lease, 'isHeld' | 'guard'>;
  /** `one`: nobody else can write to the store. */
  readonly servers: 'one' | 'several';
}

/** Starts it; does nothing where the store has no seals. */
export function keepSealed(
  deps: Deps,
  sealing: Sealing | undefined,
  { lease, servers }: KeepSealedOptions,
): { readonly stop: () => void } {
  const { telemetry } = deps;
  let isDone = false;
  let pauseMs = ROUND_MS;

  async function work(kept: Sealing): Promise<number> {
    const since = kept.sealsSinceMs();
    const followed = await kept.follow();
    if (!followed.ok) {
      deps.logger.error(
        { problem: followed.error },
        'this server lacks a sealing key of its store',
      );
      return FOLLOW_MS;
    }
    if (kept.sealsSinceMs() !== since) isDone = false;
    const settledMs = servers === 'one' ? 0 : kept.sealsSinceMs() + SETTLE_MS;
    if (isDone || !lease.isHeld() || deps.clock.nowMs() < settledMs) return FOLLOW_MS;
    const round = await kept.resealSome(lease.guard());
    if (!round.ok) {
      deps.logger.info({ problem: round.error }, 'sealing anew waits for its next round');
      return FOLLOW_MS;
    }
    const { kind, table, rows, damaged } = round.value;
    if (rows > 0) telemetry.count('novacron_resealed_rows_total', { table }, rows);
    if (damaged.length > 0) deps.logger.error({ table, damaged }, 'sealed values do not open');
    isDone = kind === 'done';
    return isDone ? FOLLOW_MS : ROUND_MS;
  }

  if (sealing === undefined) return { stop: () => undefined };
  return repeatWork(deps.timers, {
    everyMs: () => pauseMs,
    work: async () => {
      pauseMs = FOLLOW_MS;
      pauseMs = await work(sealing);
    },
    onFailure: (cause) =>
      deps.logger.warn({ cause }, 'the seals of the store are not looked after'),
  });
}
