/**
 * The heartbeats of hosts in their shared storage. A process beside the agent writes them: an agent
 * that dies or pauses, and a management network that is away, leave them moving. They stop with
 * their host, and for all hosts while the storage hangs.
 */
import type { HeartbeatReading, ReadHeartbeat } from '@novacron/agent/drivers/watch-heartbeat';
import type { Kernel } from '../world/kernel.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';

/** Interval between heartbeats in the storage. Unit: ms. */
export const POOL_BEAT_MS = 1_000;

/** Time for which a reader waits for a hanging storage. Unit: ms. */
const ANSWER_MS = 2_000;

/** The heartbeats of all hosts. */
export interface PoolHeartbeats {
  /** Returns the heartbeat reader of a host. */
  readonly readerOf: (reader: string) => ReadHeartbeat;
  /** Looks at all hosts again: what has stopped since stands still. */
  readonly refresh: () => void;
  readonly setStorage: (state: 'works' | 'hangs') => void;
  /** Whether the heartbeat of a host moves at the moment. */
  readonly moves: (host: Host) => boolean;
}

/** @param reads - `old`: what is read of other hosts is old, to see whether that is noticed */
export function createPoolHeartbeats({
  kernel,
  hosts,
  reads,
}: {
  readonly kernel: Kernel;
  readonly hosts: () => Hosts | undefined;
  readonly reads: 'new' | 'old';
}): PoolHeartbeats {
  /** Frozen heartbeat counters, by host name. */
  const frozen = new Map<string, number>();
  let storage: 'works' | 'hangs' = 'works';
  const count = (): number => Math.floor(kernel.clock.nowMs() / POOL_BEAT_MS);
  const moves = ({ state }: Host): boolean => state === 'runs' && storage === 'works';

  function refresh(): void {
    for (const host of hosts()?.all ?? []) {
      if (moves(host)) frozen.delete(host.name);
      else if (!frozen.has(host.name)) frozen.set(host.name, count());
    }
  }

  async function read(reader: string, node: string): Promise<HeartbeatReading | undefined> {
    if (storage === 'hangs') {
      await new Promise<void>((resolve) => kernel.timers.after(ANSWER_MS, resolve));
      throw new Error('the storage has not answered');
    }
    const host = hosts()?.find(node);
    if (host === undefined) return undefined;
    const guests = host.machines.filter(({ status }) => status === 'running').length;
    const isOld = reads === 'old' && reader !== node;
    return { boot_id: node, counter: isOld ? 0 : (frozen.get(node) ?? count()), guests };
  }

  return {
    readerOf: (reader) => (node) => read(reader, node),
    refresh,
    setStorage: (state) => {
      storage = state;
      refresh();
    },
    moves,
  };
}
