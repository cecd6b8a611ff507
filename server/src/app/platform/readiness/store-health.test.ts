/** Reported health of a store that works, fails, is full, is damaged or hangs. */
import { describe, expect, test } from '@jest/globals';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import type { Store } from '../../../ports/store.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { createStoreHealth, FINDING_MS, PROBE_INTERVAL_MS, PROBE_MS_MAX } from './store-health.ts';

const FULL = problem('storage-full', { detail: 'The store is full.', remedy: 'Free space.' });
const DAMAGED = problem('store-damaged', { detail: 'It is damaged.', remedy: 'Restore it.' });

/** Timers that the test lets pass. */
function handTimers() {
  const due = new Map<() => void, number>();
  const timers: Timers = {
    after: (delayMs, callback) => {
      due.set(callback, delayMs);
      return () => due.delete(callback);
    },
  };
  const dueAfter = (delayMs: number) => [...due].filter(([, delay]) => delay === delayMs);
  return {
    timers,
    count: (delayMs: number) => dueAfter(delayMs).length,
    run: (delayMs: number) => {
      const callbacks = dueAfter(delayMs);
      for (const [callback] of callbacks) due.delete(callback);
      for (const [callback] of callbacks) callback();
    },
  };
}

async function setUp() {
  const opened = await openTemporaryStore();
  let nowMs = 1_000;
  let answer:
    | ((changes: Parameters<Store['commit']>[0]) => Promise<Result<void, Problem>>)
    | undefined;
  let readFault: unknown;
  let isBusUp = true;
  const bus = { isUp: () => isBusUp };
  const base: Store = {
    ...opened.store,
    commit: (changes) => (answer ?? opened.store.commit)(changes),
    snapshot: async (queries) => {
      if (readFault !== undefined) throw readFault;
      return opened.store.snapshot(queries);
    },
  };
  const health = createStoreHealth({ clock: { nowMs: () => nowMs }, telemetry: NO_TELEMETRY });
  const store = health.watch(base);
  const hand = handTimers();
  // The probe and the gauge wait for their next round.
  const areIdle = () => (hand.count(PROBE_INTERVAL_MS) === 2 ? true : undefined);
  const beginRound = async () => {
    await waitUntil('the end of the round before', areIdle);
    hand.run(PROBE_INTERVAL_MS);
  };
  return {
    health,
    store,
    hand,
    start: () => health.start({ store, bus, timers: hand.timers, id: 'srv_a' }),
    reachBus: (reach: 'up' | 'down') => {
      isBusUp = reach === 'up';
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
    beginRound,
    probeAgain: async () => {
      await beginRound();
      await waitUntil('the end of the round', areIdle);
    },
    commitWith: (next: typeof answer) => {
      answer = next;
    },
    failReads: (cause: unknown) => {
      readFault = cause;
    },
    remove: opened.remove,
  };
}

describe('the health of a store', () => {
  test('is unknown before the first probe, then ready without nodes', async () => {
    const bench = await setUp();
    expect(bench.health.report()).toMatchObject({
      kind: 'not-ready',
      problem: { detail: 'The server is starting: its store was not written to yet.' },
    });
    const stop = await bench.start();
    expect(bench.health.report()).toMatchObject({
      kind: 'ready',
      degraded: [{ detail: 'No node is ready.' }],
    });
    expect(await bench.store.read({ from: 'store_probes' })).toEqual([
      { id: 'srv_a', at_ms: 1_000 },
    ]);
    stop();
    await bench.remove();
  });

  test('is degraded while the message bus is away', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    const details = () => {
      const report = bench.health.report();
      return report.kind === 'ready' ? report.degraded.map(({ detail }) => detail) : report.problem;
    };
    bench.reachBus('down');
    expect(details()).toEqual([
      'The message bus is away: no command reaches an agent, and no node is heard.',
      'No node is ready.',
    ]);
    bench.reachBus('up');
    expect(details()).toEqual(['No node is ready.']);
    stop();
    await bench.remove();
  });

  test('counts for nothing while the server is held back', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    const problem = { code: 'unavailable', detail: 'It stops.', remedy: '', fields: [] } as const;
    bench.health.hold(problem);
    expect(bench.health.report()).toEqual({ kind: 'not-ready', problem });
    bench.health.hold(undefined);
    expect(bench.health.report()).toMatchObject({ kind: 'ready' });
    stop();
    await bench.remove();
  });

  test('writes one row for all probes, and removes those of servers that ended', async () => {
    const bench = await setUp();
    const old = { id: 'srv_old', at_ms: 0 };
    await bench.store.commit([{ kind: 'put', into: 'store_probes', row: old }]);
    bench.pass(4_000_000);
    const stop = await bench.start();
    for (let round = 0; round < 3; round += 1) {
      bench.pass(PROBE_INTERVAL_MS);
      await bench.probeAgain();
    }
    const rows = await bench.store.read({ from: 'store_probes' });
    expect(rows).toEqual([{ id: 'srv_a', at_ms: 4_001_000 + 3 * PROBE_INTERVAL_MS }]);
    stop();
    await bench.remove();
  });

  test.each([
    ['cannot be written', FULL],
    ['is damaged', DAMAGED],
  ])('that %s is said in the words of the store, until it works again', async (_what, found) => {
    const bench = await setUp();
    const stop = await bench.start();
    bench.commitWith(async () => err(found));
    await bench.probeAgain();
    expect(bench.health.report()).toEqual({ kind: 'not-ready', problem: found });
    bench.commitWith(undefined);
    bench.pass(FINDING_MS);
    await bench.probeAgain();
    expect(bench.health.report()).toMatchObject({ kind: 'ready' });
    stop();
    await bench.remove();
  });

  test('whose reads are refused says why', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    bench.failReads(
      Object.assign(new Error('a query could not be answered'), { problem: DAMAGED }),
    );
    await bench.probeAgain();
    expect(bench.health.report()).toEqual({ kind: 'not-ready', problem: DAMAGED });
    stop();
    await bench.remove();
  });

  test('that a call finds damaged is not ready though the probe goes through', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    bench.failReads(
      Object.assign(new Error('a query could not be answered'), { problem: DAMAGED }),
    );
    await expect(bench.store.snapshot({})).rejects.toThrow();
    bench.failReads(undefined);
    await bench.probeAgain();
    expect(bench.health.report()).toEqual({ kind: 'not-ready', problem: DAMAGED });
    stop();
    await bench.remove();
  });

  test('that refuses growth but takes the probe is degraded', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    bench.commitWith(async () => err(FULL));
    await bench.store.commit([]);
    expect(bench.health.report()).toMatchObject({ kind: 'ready', degraded: [FULL, {}] });
    stop();
    await bench.remove();
  });

  test('that was full is not degraded any more once it takes a new row', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    bench.commitWith(async () => err(FULL));
    await bench.store.commit([]);
    bench.commitWith(undefined);
    await bench.store.commit([{ kind: 'drop', from: 'store_probes', id: 'none' }]);
    await bench.probeAgain();
    expect(bench.health.report()).toMatchObject({ kind: 'ready', degraded: [FULL, {}] });
    const row = { id: 'srv_b', at_ms: 1_000 };
    await bench.store.commit([{ kind: 'insert', into: 'store_probes', row, otherwise: DAMAGED }]);
    expect(bench.health.report()).toMatchObject({
      kind: 'ready',
      degraded: [{ detail: 'No node is ready.' }],
    });
    stop();
    await bench.remove();
  });

  test('that does not answer is not ready once the time of a probe is over', async () => {
    const bench = await setUp();
    const stop = await bench.start();
    let release: (answer: Result<void, Problem>) => void = () => undefined;
    bench.commitWith(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    await bench.beginRound();
    bench.pass(PROBE_MS_MAX + 1);
    expect(bench.health.report()).toMatchObject({
      kind: 'not-ready',
      problem: { detail: "The server's store has not answered a write for more than 5000 ms." },
    });
    bench.commitWith(undefined);
    release(ok(undefined));
    stop();
    await bench.remove();
  });

  test('does not hold up a start for longer than a probe may take', async () => {
    const bench = await setUp();
    bench.commitWith(() => new Promise(() => undefined));
    const started = bench.start();
    bench.hand.run(PROBE_MS_MAX);
    (await started)();
    expect(bench.health.report().kind).toBe('not-ready');
    await bench.remove();
  });
});
