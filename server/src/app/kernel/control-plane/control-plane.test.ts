import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { judgeClaim } from '@novacron/contract/fleet/control-plane';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { createIds, systemRandom } from '../../../adapters/ids/random-ids.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import type { Change, Store } from '../../../ports/store.ts';
import {
  type ControlPlane,
  createControlPlane,
  readTerms,
  TERM_MS,
  TERMS_KEPT_MAX,
} from './control-plane.ts';

const AWAY = problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' });

let time: VirtualTime;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let storeState: 'here' | 'unwritable' | 'away';
let reads: number;

beforeEach(async () => {
  time = createVirtualTime();
  temporary = await openTemporaryStore();
  storeState = 'here';
  reads = 0;
});
afterEach(() => temporary.remove());

/** A server on the store. */
function start(own: Store = temporary.store): ControlPlane {
  const ignore = (): void => undefined;
  const store: Store = {
    ...own,
    read: async (query) => {
      reads += 1;
      if (storeState === 'away') throw new Error('away');
      return own.read(query);
    },
    commit: async (changes) => (storeState === 'here' ? own.commit(changes) : err(AWAY)),
  };
  return createControlPlane({
    store,
    clock: time.clock,
    ids: createIds(time.clock, systemRandom),
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

async function termOf(controlPlane: ControlPlane) {
  const begun = await controlPlane.begin();
  if (!begun.ok) throw new Error(begun.error.detail);
  return begun.value;
}

async function claimOf(
  ...[controlPlane, followed]: [ControlPlane, Parameters<ControlPlane['claimFor']>[0]]
) {
  const claim = await controlPlane.claimFor(followed);
  if (!claim.ok) throw new Error(claim.error.detail);
  return claim.value;
}

/** A change that always succeeds. */
const NO_GUARD: Change = { kind: 'drop', from: 'store_probes', id: 'none' };

const FOREIGN = { id: 'cp_other', term: 'term_other', number: 9 };

describe('the control plane of a store', () => {
  test('has one id, and a new term with each start of a server', async () => {
    const first = await termOf(start());
    const second = await termOf(start());
    expect(second.id).toBe(first.id);
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(second.term).not.toBe(first.term);
  });

  test('begins one term a start, however often it is asked', async () => {
    const server = start();
    const terms = await Promise.all([termOf(server), termOf(server), claimOf(server, undefined)]);
    expect(terms.map((each) => (each === 'other' ? each : each.number))).toEqual([1, 1, 1]);
  });

  test('gives servers that start together a term each, one after the other', async () => {
    const terms = await Promise.all([start(), start(), start(), start()].map(termOf));
    expect(terms.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4]);
  });

  test('rotates a term that is old, once, and agents of the one before still follow', async () => {
    const [server, replica] = [start(), start()];
    const first = await termOf(server);
    const second = await termOf(replica);
    await time.advance(TERM_MS - 1);
    expect(await server.rotate(NO_GUARD)).toMatchObject({ ok: true, value: { number: 2 } });
    await time.advance(1);
    const rotated = await server.rotate(NO_GUARD);
    expect(rotated).toMatchObject({ ok: true, value: { id: first.id, number: 3 } });
    expect(await replica.rotate(NO_GUARD)).toEqual(rotated);
    expect(await claimOf(server, second)).toMatchObject({
      number: 3,
      after: [second.term, first.term],
    });
    expect(
      (await readTerms({ store: temporary.store })).map(({ kind }) => kind).toSorted(),
    ).toEqual(['rotation', 'start', 'start']);
  });

  test('does not rotate without the lease', async () => {
    const server = start();
    await termOf(server);
    await time.advance(TERM_MS);
    const lost: Change = {
      kind: 'update',
      table: 'leases',
      id: 'reconcilers',
      set: {},
      expect: { holder: 'this' },
      otherwise: problem('conflict', { detail: 'The lease is lost.', remedy: 'Wait.' }),
    };
    expect(await server.rotate(lost)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await claimOf(server, undefined)).toMatchObject({ number: 1 });
  });

  test('of a copy is refused by agents that follow a term rotated after the copy', async () => {
    const server = start();
    await termOf(server);
    const rows = await readTerms({ store: temporary.store });
    await time.advance(TERM_MS);
    const rotated = await server.rotate(NO_GUARD);
    if (!rotated.ok) throw new Error(rotated.error.detail);
    const { store, remove } = await openTemporaryStore();
    await store.commit(rows.map((row) => ({ kind: 'put', into: 'control_plane_terms', row })));
    const copy = start(store);
    expect(await claimOf(copy, rotated.value)).toBe('other');
    const claim = await claimOf(copy, undefined);
    if (claim === 'other') throw new Error('the store is its own');
    expect(judgeClaim(rotated.value, claim)).toBe('refused');
    await remove();
  });

  test('claims towards an agent to follow the term that the agent follows', async () => {
    const first = await termOf(start());
    const missed = await termOf(start());
    const server = start();
    const newest = await termOf(server);
    const claim = { ...newest, after: [missed.term, first.term] };
    for (const followed of [undefined, newest, missed, first]) {
      expect(await claimOf(server, followed)).toEqual(claim);
    }
    expect(await claimOf(server, FOREIGN)).toBe('other');
  });

  test('names the latest terms in every claim, and the one that the agent announced', async () => {
    const first = await termOf(start());
    for (let n = 0; n < 20; n += 1) await termOf(start());
    const server = start();
    const latest = await claimOf(server, undefined);
    if (latest === 'other') throw new Error('the store is its own');
    expect(latest.after).toHaveLength(8);
    expect(await claimOf(server, first)).toEqual({
      ...latest,
      after: [...(latest.after ?? []), first.term],
    });
  });

  test('is shared: an older server claims the newest term once an agent names it', async () => {
    const older = start();
    await termOf(older);
    const newest = await termOf(start());
    expect(await claimOf(older, undefined)).toMatchObject({ number: 1 });
    expect(await claimOf(older, newest)).toMatchObject(newest);
    expect(await claimOf(older, undefined)).toMatchObject(newest);
  });

  test('takes senders of other stores for foreign, also once they were taken over', async () => {
    const server = start();
    const own = await termOf(server);
    expect(await server.isForeign(own)).toBe(false);
    expect(await server.isForeign(FOREIGN)).toBe(true);
    await temporary.store.commit([
      {
        kind: 'put',
        into: 'control_plane_terms',
        row: {
          id: FOREIGN.term,
          control_plane_id: FOREIGN.id,
          position: null,
          successor: own.term,
          kind: 'taken-over',
          begun_at_ms: 1,
          begun_by: 'admin',
        },
      },
    ]);
    await server.refresh();
    expect(await claimOf(server, FOREIGN)).toMatchObject(own);
    expect(await server.isForeign(FOREIGN)).toBe(true);
    await time.advance(5_000);
    storeState = 'away';
    expect(await server.isForeign({ ...FOREIGN, term: 'term_unknown' })).toBe(false);
  });

  test('is not read again for each message of an agent that follows another one', async () => {
    const server = start();
    await claimOf(server, FOREIGN);
    reads = 0;
    await claimOf(server, FOREIGN);
    expect(reads).toBe(0);
    await time.advance(5_000);
    await claimOf(server, FOREIGN);
    expect(reads).toBe(1);
  });

  test('of a store that cannot be read or written claims nothing, and does later', async () => {
    const server = start();
    storeState = 'unwritable';
    expect(await server.claimFor(undefined)).toEqual(err(AWAY));
    storeState = 'away';
    expect(await server.claimFor(undefined)).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: expect.stringContaining('the term of the control plane is unknown'),
      },
    });
    storeState = 'here';
    expect(await claimOf(server, undefined)).toMatchObject({ number: 1 });
  });

  test('keeps a bounded number of terms, the newest ones', async () => {
    const first = await termOf(start());
    await temporary.store.commit(
      Array.from({ length: TERMS_KEPT_MAX }, (_each, index) => ({
        kind: 'put' as const,
        into: 'control_plane_terms' as const,
        row: {
          id: `term_${index}`,
          control_plane_id: first.id,
          position: index + 2,
          successor: null,
          kind: 'start',
          begun_at_ms: 1,
          begun_by: 'server',
        },
      })),
    );
    const server = start();
    expect((await termOf(server)).number).toBe(TERMS_KEPT_MAX + 2);
    const rows = await temporary.store.read({ from: 'control_plane_terms' });
    expect(rows).toHaveLength(TERMS_KEPT_MAX);
    expect(await claimOf(server, first)).toBe('other');
  });
});
