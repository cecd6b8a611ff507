/**
 * Watches whether the heartbeat of another node moves in a shared storage pool. Only readings are
 * compared, so it does not matter what the clocks of the two nodes say.
 */
import type { PoolHeartbeatAnswer } from '@novacron/contract/agent/pool-heartbeat';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';

/** A heartbeat as it was read. */
export interface HeartbeatReading {
  /** The boot of the host that has written it. */
  readonly boot_id: string;
  /** Another one with each heartbeat. */
  readonly counter: number;
  /** Number of guests on the node. */
  readonly guests?: number | undefined;
}

/**
 * Reads the heartbeat of a node; undefined where the pool has none. Rejects, within seconds, where
 * the pool does not answer: the message is a clause for people.
 */
export type ReadHeartbeat = (node: string) => Promise<HeartbeatReading | undefined>;

/** Heartbeat to watch, and the time limit. */
export interface HeartbeatWatch {
  readonly read: ReadHeartbeat;
  /** The node that watches: what it has written itself has to arrive. */
  readonly own: string;
  readonly node: string;
  /** Whether this storage is known to be the one that a node writes to: it was seen moving here. */
  readonly isTrusted: (node: string) => boolean;
  readonly watchMs: number;
  readonly timers: Timers;
}

/** Interval between reads. Unit: ms. */
const READ_MS = 250;

/** Watches it: ends with the first movement, or after the whole time. */
export async function watchHeartbeat(watch: HeartbeatWatch): Promise<PoolHeartbeatAnswer> {
  try {
    return await compareReadings(watch);
  } catch (cause) {
    return unknown(cause instanceof Error ? cause.message : String(cause));
  }
}

async function compareReadings({
  read,
  own,
  node,
  isTrusted,
  watchMs,
  timers,
}: HeartbeatWatch): Promise<PoolHeartbeatAnswer> {
  const ownBefore = await read(own);
  const before = await read(node);
  if (before === undefined) return unknown(`${node} has written no heartbeat there`);
  // Time is counted by what is waited: how long readings take makes it only longer.
  for (let watchedMs = 0; watchedMs < watchMs; watchedMs += READ_MS) {
    await wait({ timers, delayMs: Math.min(READ_MS, watchMs - watchedMs), signals: [] });
    const now = await read(node);
    if (now !== undefined && differs(before, now)) return { kind: 'moves', ...guestsOf(now) };
  }
  // A node whose own writes do not arrive there may read what is old.
  const ownNow = await read(own);
  if (ownBefore === undefined || ownNow === undefined || !differs(ownBefore, ownNow)) {
    return unknown(`the heartbeat of ${own} itself does not move there`);
  }
  if (!isTrusted(node)) {
    return unknown(
      `${own} has not seen the heartbeat of ${node} move there lately: the storage may be a copy ` +
        `of the one that ${node} uses`,
    );
  }
  return { kind: 'stopped', watched_ms: watchMs, ...guestsOf(before) };
}

function differs(before: HeartbeatReading, now: HeartbeatReading): boolean {
  return before.boot_id !== now.boot_id || before.counter !== now.counter;
}

function guestsOf({ guests }: HeartbeatReading): { readonly guests?: number } {
  return guests === undefined ? {} : { guests };
}

function unknown(reason: string): PoolHeartbeatAnswer {
  return { kind: 'unknown', reason };
}
