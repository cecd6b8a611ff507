/**
 * Remembers which other nodes a node has seen move in its storage. Two directories may have one id,
 * as a storage and its copy do: in the copy, the heartbeat of each node of the other one stands
 * still, too, and says nothing of that node.
 */

import { z } from 'zod';
import type { DriverStoragePeer } from '../../driver.ts';
import type { HeartbeatReading } from '../../watch-heartbeat.ts';

/** After this time without a movement a heartbeat stands still. Unit: ms. */
const STILL_MS = 60_000;

/**
 * A heartbeat that was last seen moving longer ago says nothing any more: the storage may have been
 * replaced by a copy meanwhile. Unit: ms.
 */
const TRUSTED_MS = 600_000;

/** A movement is recorded so often. Unit: ms. */
const RECORD_MS = 60_000;

/** Content of `pool-peers.json`. Times are those of the host: a restart of the agent keeps them. */
export const SeenPeers = z.looseObject({
  pool: z.string().describe('Of another pool nothing is known'),
  peers: z.record(z.string(), z.object({ moved_ms: z.int() })),
});
export type SeenPeers = z.infer<typeof SeenPeers>;

/** Dependencies of the record of moving peers. */
export interface MovingPeersParts {
  /** Id of the storage that the node uses; undefined before its first use. */
  readonly pool: () => string | undefined;
  /** Unit: ms since the epoch. */
  readonly nowMs: () => number;
  /** Reads what an earlier agent has recorded. */
  readonly load: () => SeenPeers | undefined;
  readonly save: (seen: SeenPeers) => void;
}

/** Nodes whose heartbeats were seen moving. */
export interface MovingPeers {
  /** Compares a reading with the one before. */
  readonly note: (node: string, reading: HeartbeatReading | undefined) => void;
  /** Whether a heartbeat that stands still says that its node has stopped. */
  readonly isTrusted: (node: string) => boolean;
  /** All that were ever seen moving, by name, and whether they move. */
  readonly list: () => readonly DriverStoragePeer[];
}

/** Begins with what an earlier agent of the node has recorded. */
export function rememberPeers({ pool, nowMs, load, save }: MovingPeersParts): MovingPeers {
  const readings = new Map<string, HeartbeatReading>();
  const recorded = new Map<string, number>();
  const moved = new Map<string, number>();
  let known: string | undefined;

  /** The storage may get its id, or another one, while the agent runs. */
  function usePool(): void {
    const current = pool();
    if (current === known) return;
    known = current;
    for (const map of [readings, recorded, moved]) map.clear();
    const before = load();
    if (before === undefined || before.pool !== current) return;
    for (const [node, { moved_ms }] of Object.entries(before.peers)) {
      moved.set(node, moved_ms);
      recorded.set(node, moved_ms);
    }
  }

  function record(): void {
    if (known === undefined) return;
    const peers = [...moved].map(([node, moved_ms]) => [node, { moved_ms }] as const);
    save({ pool: known, peers: Object.fromEntries(peers) });
    for (const [node, atMs] of moved) recorded.set(node, atMs);
  }

  /** A clock that was set back makes nothing younger than it is. */
  function hasMovedWithin(node: string, limitMs: number): boolean {
    const atMs = moved.get(node);
    return atMs !== undefined && Math.abs(nowMs() - atMs) < limitMs;
  }

  return {
    note: (node, reading) => {
      usePool();
      if (reading === undefined) return;
      const before = readings.get(node);
      readings.set(node, reading);
      if (before === undefined) return;
      if (before.boot_id === reading.boot_id && before.counter === reading.counter) return;
      moved.set(node, nowMs());
      if (nowMs() - (recorded.get(node) ?? Number.NEGATIVE_INFINITY) >= RECORD_MS) record();
    },
    isTrusted: (node) => {
      usePool();
      return hasMovedWithin(node, TRUSTED_MS);
    },
    list: () => {
      usePool();
      return [...moved.keys()].sort().map((node) => ({
        node,
        heartbeat: hasMovedWithin(node, STILL_MS) ? ('moves' as const) : ('still' as const),
      }));
    },
  };
}
