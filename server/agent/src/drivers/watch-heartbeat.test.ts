import { describe, expect, test } from '@jest/globals';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { type HeartbeatReading, watchHeartbeat } from './watch-heartbeat.ts';

const WATCH_MS = 3_000;

/** A pool in which each node named writes a heartbeat a second, until it stops. */
function openPool() {
  const time = createVirtualTime();
  const startMs = time.clock.nowMs();
  const stoppedMs = new Map<string, number>();
  const strangers = new Set<string>();
  let away: string | undefined;
  const read = async (node: string): Promise<HeartbeatReading | undefined> => {
    if (away !== undefined) throw new Error(away);
    if (node === 'unknown-node') return undefined;
    const nowMs = stoppedMs.get(node) ?? time.clock.nowMs();
    return { boot_id: 'boot', counter: Math.floor((nowMs - startMs) / 1_000), guests: 3 };
  };
  return {
    time,
    stop: (node: string) => stoppedMs.set(node, time.clock.nowMs()),
    /** The reader has never seen it moving. */
    forget: (node: string) => strangers.add(node),
    setAway: (reason: string) => {
      away = reason;
    },
    watch: async (node: string) => {
      const watching = watchHeartbeat({
        read,
        own: 'reader',
        node,
        isTrusted: (each) => !strangers.has(each),
        watchMs: WATCH_MS,
        timers: time.timers,
      });
      await time.advance(WATCH_MS);
      return await watching;
    },
  };
}

describe('the heartbeat of another node', () => {
  test('that moves shows that the node is alive, with its guests', async () => {
    expect(await openPool().watch('node-01')).toEqual({ kind: 'moves', guests: 3 });
  });

  test('has stopped if it stands still for the whole time', async () => {
    const pool = openPool();
    pool.stop('node-01');
    expect(await pool.watch('node-01')).toEqual({
      kind: 'stopped',
      watched_ms: WATCH_MS,
      guests: 3,
    });
  });

  test('is unknown to a node whose own heartbeat does not arrive', async () => {
    const pool = openPool();
    pool.stop('node-01');
    pool.stop('reader');
    const reason = 'the heartbeat of reader itself does not move there';
    expect(await pool.watch('node-01')).toEqual({ kind: 'unknown', reason });
  });

  test('is unknown to a node that has never seen it moving there', async () => {
    const pool = openPool();
    pool.forget('node-01');
    expect(await pool.watch('node-01')).toEqual({ kind: 'moves', guests: 3 });
    pool.stop('node-01');
    expect(await pool.watch('node-01')).toEqual({
      kind: 'unknown',
      reason:
        'reader has not seen the heartbeat of node-01 move there lately: the storage may be a ' +
        'copy of the one that node-01 uses',
    });
  });

  test('is unknown where it was never written, and while the pool is away', async () => {
    const pool = openPool();
    expect(await pool.watch('unknown-node')).toEqual({
      kind: 'unknown',
      reason: 'unknown-node has written no heartbeat there',
    });
    pool.setAway('the storage has not answered for 2 s');
    expect(await pool.watch('node-01')).toEqual({
      kind: 'unknown',
      reason: 'the storage has not answered for 2 s',
    });
  });
});
