/** The answers of a group whose connection breaks: no caller gets a guess. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import { type Relay, startRelay } from '../../../../../test/support/services/start-relay.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { commitAll, commitTogether, nodeRow, outcomeOf, refusal } from '../suite/rows.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();
let relay: Relay;
let store: Store;
/** Around the relay. */
let url: string;

/** In the bytes of every group, and of nothing else. */
const OF_A_GROUP = 'cores-of-a-test';

/** In the bytes of the first group whose sets are sent apart, because a guard of it failed. */
const OF_SETS_APART = 'rollback to s';

beforeEach(async () => {
  const opened = await postgres.openStore();
  await opened.close();
  ({ url } = opened);
  relay = await startRelay(postgres.server().port);
  const through = new URL(url);
  through.port = String(relay.port);
  store = await openAt({ url: through.href, outcomeWaitMs: 1_000 });
  await commitAll(store, [{ kind: 'put', into: 'nodes', row: nodeRow(OF_A_GROUP) }]);
});
afterEach(async () => {
  relay.admit('everyone');
  await store.close();
  await relay.close();
});

/** Not protected against being done twice, so that a blind retry shows. */
const takeCore: ChangeSet = [
  {
    kind: 'add',
    table: 'nodes',
    id: OF_A_GROUP,
    by: [{ column: 'cpu_cores_used', amount: 1 }],
    otherwise: refusal('no such node'),
  },
];

/** Ends the connections of the store. */
const END_OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'novacron'`;

async function coresUsed(): Promise<unknown> {
  const rows = await runSql(url, 'select cpu_cores_used::int as used from nodes');
  return rows[0];
}

it('is sent again if it never arrived', async () => {
  relay.breakNext(OF_A_GROUP, { kind: 'cut' });
  expect(await commitTogether(store, [takeCore, takeCore])).toEqual(['done', 'done']);
  expect(await coresUsed()).toEqual({ used: 2 });
});

/** A guard that fails, to distinguish its answer from the others. */
const deleteNothing: ChangeSet = [
  { kind: 'delete', from: 'nodes', id: 'gone', otherwise: refusal('no such node') },
];

it('is answered set by set, once, if only the answer to its commit was lost', async () => {
  relay.breakNext(OF_A_GROUP, { kind: 'deafen', at: 'COMMIT', hears: 'before' });
  const outcomes = await commitTogether(store, [takeCore, deleteNothing, takeCore]);
  expect(outcomes).toEqual(['done', 'no such node', 'done']);
  expect(await coresUsed()).toEqual({ used: 2 });
});

it('is answered as unknown if it was committed but not heard which guards held', async () => {
  relay.breakNext(OF_SETS_APART, { kind: 'deafen', at: 'COMMIT', hears: 'nothing' });
  const answers = await Promise.all([takeCore, deleteNothing].map((set) => store.commit(set)));
  const unknown = { ok: false, error: { code: 'unavailable', data: { outcome: 'unknown' } } };
  expect(answers).toMatchObject([unknown, unknown]);
  expect(await coresUsed()).toEqual({ used: 1 });
  expect(outcomeOf(await store.commit(takeCore))).toBe('done');
});

it('is kept from being done later, once it was sent again', async () => {
  relay.breakNext(OF_A_GROUP, { kind: 'hold' });
  expect(outcomeOf(await store.commit(takeCore))).toBe('done');
  await relay.release();
  expect(await coresUsed()).toEqual({ used: 1 });
});

it('is answered as unknown if the outcome cannot be determined in time', async () => {
  relay.breakNext(OF_A_GROUP, { kind: 'deafen', at: 'COMMIT', hears: 'before' });
  relay.admit('none');
  expect(await store.commit(takeCore)).toEqual({
    ok: false,
    error: {
      code: 'unavailable',
      detail:
        "The connection to the server's database broke while the change was being stored, so it " +
        'is not known whether it was made.',
      remedy:
        'Send the request again with the same idempotency key, or check whether it was ' +
        'made before you send it again.',
      fields: [],
      data: { outcome: 'unknown' },
    },
  });
  // Later ones are known not to have been made: they were never sent.
  const next = await store.commit(takeCore);
  expect(outcomeOf(next)).toBe("The server's database is unavailable, so the change was not made.");
  expect(await coresUsed()).toEqual({ used: 1 });
  relay.admit('everyone');
  await waitUntil('the store to come back', async () =>
    (await store.commit(takeCore)).ok ? 'yes' : undefined,
  );
});

/** A message `ErrorResponse` of PostgreSQL's protocol. */
function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(fields).map(([type, text]) => `${type}${text}\0`);
  const body = Buffer.from(`${entries.join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

it('is no matter to a reader whose connection is taken and ended in one packet', async () => {
  const bytes = errorResponse({ S: 'FATAL', V: 'FATAL', C: '57P01', M: 'the postmaster is away' });
  relay.breakNext('application_name', { kind: 'append', bytes });
  const { nodes } = await store.snapshot({ nodes: { from: 'nodes' } });
  expect(nodes).toHaveLength(1);
});

it('gives readers a problem while the database is away, and rows again afterwards', async () => {
  await store.read({ from: 'nodes' });
  relay.admit('none');
  await runSql(url, END_OTHERS);
  const away = {
    problem: { code: 'unavailable', detail: expect.stringContaining('unavailable') },
  };
  await Promise.all([
    expect(store.read({ from: 'nodes' })).rejects.toMatchObject(away),
    expect(store.snapshot({ nodes: { from: 'nodes' } })).rejects.toMatchObject(away),
  ]);
  relay.admit('everyone');
  const { nodes } = await store.snapshot({ nodes: { from: 'nodes' } });
  expect(nodes).toHaveLength(1);
});
