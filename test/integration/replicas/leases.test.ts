/** Leases on virtual time: one holder at a time, whatever befalls it. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTemporaryStore } from '@novacron/server/adapters/store/sqlite/temporary-store';
import type { AppDeps } from '@novacron/server/app/composition/deps';
import { createDeps } from '@novacron/server/app/composition/deps';
import { createLeaseKeeper, LEASE_MS, type Lease } from '@novacron/server/app/kernel/leases/leases';
import type { Store } from '@novacron/server/ports/store';
import { createVirtualTime } from '../../../server/agent/src/test-kit/virtual-time.ts';
import { type InstancePorts, makeInstancePorts } from './test-kit/make-instance-ports.ts';
import { sharedPorts } from './test-kit/shared-ports.ts';

const STEP_MS = 100;
/** Commits and what follows from them take turns of the event loop, and no time. */
const TURNS = 6;
/** Just less than clocks may be apart. */
const DRIFT_MS = 540_000;
/** Seen unchanged for its whole length, after up to two looks. */
const TAKE_OVER_MS_MAX = LEASE_MS + 4_000;

interface Contender {
  readonly ports: InstancePorts;
  readonly deps: AppDeps;
  readonly lease: Lease;
  readonly reported: string[];
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

describe('a lease', () => {
  let time: ReturnType<typeof createVirtualTime>;
  let store: Store;
  let remove: () => Promise<void>;
  let contenders: Contender[];

  beforeEach(async () => {
    time = createVirtualTime();
    ({ store, remove } = await openTemporaryStore());
    contenders = [];
  });
  afterEach(async () => {
    for (const { stop } of contenders) void stop();
    await time.advance(STEP_MS);
    await remove();
  });

  function contend(
    name: string,
    { clockMs = 0, servers = 'several' as const as 'one' | 'several' } = {},
  ): Contender {
    const ports = makeInstancePorts(sharedPorts({ store, time, clockMs }));
    const deps = { ...createDeps(ports.deps), instanceId: name };
    const keeper = createLeaseKeeper(deps, { servers, onServerGone: () => reported.push('gone') });
    const reported: string[] = [];
    const lease = keeper.keep('work', {
      onGained: (history) => reported.push(history),
      onLost: () => reported.push('lost'),
    });
    const made = { ports, deps, lease, reported, start: keeper.start, stop: keeper.stop };
    contenders.push(made);
    return made;
  }

  const holders = () => contenders.filter(({ lease }) => lease.isHeld());

  /** Moves time; at no moment there may be two holders. */
  async function advance(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
      await time.advance(STEP_MS);
      for (let turn = 0; turn < TURNS; turn += 1) await time.settle();
      expect(holders().length).toBeLessThanOrEqual(1);
    }
  }

  async function startThree(): Promise<readonly [Contender, Contender, Contender]> {
    const three = [contend('a'), contend('b'), contend('c')] as const;
    for (const { start } of three) void start();
    await advance(STEP_MS);
    expect(holders()).toHaveLength(1);
    return three;
  }

  const isHolder = async (contender: Contender): Promise<boolean> => {
    const done = await store.commit([contender.lease.guard()]);
    return done.ok;
  };

  test('stays with its first holder', async () => {
    await startThree();
    const [first] = holders();
    await advance(60_000);
    expect(holders()).toEqual([first]);
    expect(first?.reported).toEqual(['first']);
  });

  test('goes to another when its holder dies, and refuses what that one writes', async () => {
    await startThree();
    const [first] = holders();
    if (first === undefined) return;
    expect(await isHolder(first)).toBe(true);
    first.lease.noteProgress(42);
    await advance(5_000);
    first.ports.kill();
    contenders = contenders.filter((each) => each !== first);
    await advance(TAKE_OVER_MS_MAX);
    const [second] = holders();
    expect(second?.reported).toEqual(['taken-over']);
    expect(second?.lease.progress()).toBe(42);
    expect(await isHolder(first)).toBe(false);
  });

  test('expires before another instance gets it when its holder has lost the store', async () => {
    await startThree();
    const [first] = holders();
    if (first === undefined) return;
    first.ports.reachStore('cut');
    await advance(LEASE_MS);
    expect(first.lease.isHeld()).toBe(false);
    expect(first.reported).toEqual(['first', 'lost']);
    await advance(TAKE_OVER_MS_MAX - LEASE_MS);
    expect(holders()).toHaveLength(1);
    first.ports.reachStore('whole');
    await advance(10_000);
    expect(first.reported).toEqual(['first', 'lost']);
  });

  test('is lost by a holder that stood still, as soon as it goes on', async () => {
    await startThree();
    const [first] = holders();
    if (first === undefined) return;
    first.ports.pause();
    await advance(2 * TAKE_OVER_MS_MAX);
    first.ports.resume();
    expect(first.lease.isHeld()).toBe(false);
    await advance(5_000);
    expect(first.reported).toEqual(['first', 'lost']);
    expect(holders()).toHaveLength(1);
  });

  test('is taken at the next look when it was given back', async () => {
    await startThree();
    const [first] = holders();
    void first?.stop();
    await advance(2_000);
    expect(first?.reported).toEqual(['first', 'lost']);
    expect(holders()).toHaveLength(1);
  });

  test.each([-DRIFT_MS, DRIFT_MS])(
    'needs no agreement of clocks: another one is %d ms ahead',
    async (clockMs) => {
      const [first, second] = [contend('a'), contend('b', { clockMs })];
      void first.start();
      await advance(STEP_MS);
      void second.start();
      await advance(60_000);
      expect(holders()).toEqual([first]);
      expect(first.reported).toEqual(['first']);
    },
  );

  test('is taken at once by a server that is alone with its store', async () => {
    const dead = contend('a', { servers: 'one' });
    void dead.start();
    await advance(STEP_MS);
    expect(dead.lease.isHeld()).toBe(true);
    dead.ports.kill();
    contenders = [];
    const next = contend('b', { servers: 'one' });
    void next.start();
    await advance(STEP_MS);
    expect(next.lease.isHeld()).toBe(true);
    expect(await isHolder(dead)).toBe(false);
  });

  test('that is held alone is not renewed while there is nothing to keep', async () => {
    const { start, lease } = contend('a', { servers: 'one' });
    void start();
    await advance(STEP_MS);
    const before = await store.read({ from: 'leases' });
    await advance(10_000);
    expect(await store.read({ from: 'leases' })).toEqual(before);
    lease.noteProgress(7);
    await advance(2_000);
    expect(await store.read({ from: 'leases' })).toMatchObject([{ progress: 7 }]);
  });
});
