/** Errors of PostgreSQL: full disk, locked rows, concurrent writes. */
import { afterEach, expect, it, test } from '@jest/globals';
import { Client } from 'pg';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import {
  commitAll,
  commitTogether,
  nodeRow,
  outcomeOf,
  refusal,
  tenantRow,
} from '../suite/rows.ts';
import type { PostgresStoreOptions } from './open-postgres-store.ts';
import { toOpenProblem } from './open-problems.ts';
import { classifyFailure, toCommitProblem, toReadError } from './postgres-problems.ts';
import { usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres({ settings: { deadlock_timeout: '100ms' } });
const removals: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const remove of removals.splice(0).reverse()) await remove();
});

async function openStore(options: Omit<PostgresStoreOptions, 'url'> = {}) {
  const opened = await postgres.openStore(options);
  removals.push(opened.close);
  return opened;
}

async function connectTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  removals.push(() => client.end());
  return client;
}

const put = (id: string): ChangeSet => [{ kind: 'put', into: 'tenants', row: tenantRow(id) }];

function takeCores(...nodes: readonly string[]): ChangeSet {
  return nodes.map((id) => ({
    kind: 'add',
    table: 'nodes',
    id,
    by: [{ column: 'cpu_cores_used', amount: 1, limit: 'cpu_cores' }],
    otherwise: refusal('no room'),
  }));
}

async function putNodes(store: Store, ...ids: readonly string[]): Promise<void> {
  await commitAll(
    store,
    ids.map((id) => ({ kind: 'put', into: 'nodes', row: nodeRow(id) })),
  );
}

/** Makes PostgreSQL fail when a tenant of this name is stored, the given number of times. */
async function failOn(url: string, fault: { name: string; code: string; times: number }) {
  const { name, code, times } = fault;
  await runSql(
    url,
    `create sequence faults;
     create function fail() returns trigger language plpgsql as $$
     begin
       if new.name = '${name}' and nextval('faults') <= ${times} then
         raise exception 'injected' using errcode = '${code}';
       end if;
       return new;
     end $$;
     create trigger fail before insert on tenants for each row execute function fail()`,
  );
}

it('answers storage-full on a full disk, does nothing by half, and recovers', async () => {
  const { store, url } = await openStore();
  // Of each group once as a whole, and once set by set.
  await failOn(url, { name: 'name of big', code: '53100', times: 4 });
  const sets = [put('a'), [...put('b'), ...put('big')], put('c')];
  const answers = await Promise.all(sets.map((set) => store.commit(set)));
  expect(answers.map(outcomeOf)).toEqual([
    'done',
    "The disk of the server's database is full, so the change was not made.",
    'done',
  ]);
  expect(answers[1]).toMatchObject({
    error: { code: 'storage-full', data: { cause: '53100' } },
  });
  const stored = await store.read({ from: 'tenants' });
  expect(stored.map(({ id }) => id)).toEqual(['a', 'c']);
  expect(await store.commit(put('big'))).toMatchObject({ error: { code: 'storage-full' } });
  await commitAll(store, put('big'));
});

test.each(['40001', '40P01'])('sends again what PostgreSQL refuses with %s', async (code) => {
  const { store, url } = await openStore();
  await failOn(url, { name: 'name of b', code, times: 2 });
  const outcomes = await commitTogether(store, [put('a'), put('b'), put('c')]);
  expect(outcomes).toEqual(['done', 'done', 'done']);
  expect(await store.read({ from: 'tenants' })).toHaveLength(3);
});

it('gives up on what is refused again and again, and says so', async () => {
  const { store, url } = await openStore();
  await failOn(url, { name: 'name of b', code: '40001', times: 1000 });
  expect(await store.commit(put('b'))).toMatchObject({
    error: {
      code: 'unavailable',
      detail: 'Other sessions locked the database for too long, so the change was not made.',
      data: { cause: '40001' },
    },
  });
});

it('goes through when a repair tool locks rows the other way round', async () => {
  const { store, url } = await openStore();
  await putNodes(store, 'a', 'b');
  const tool = await connectTo(url);
  await tool.query('begin');
  await tool.query(`update nodes set vm_count = 1 where id = 'b'`);
  const answer = store.commit(takeCores('a', 'b'));
  await waitUntil('the group to wait for the tool', async () => {
    const waiting = await runSql(url, `select 1 from pg_locks where not granted`);
    return waiting.length > 0 ? 'yes' : undefined;
  });
  // Now each waits for the other; PostgreSQL ends one of them.
  await tool.query(`update nodes set vm_count = 1 where id = 'a'`).catch(() => {});
  await tool.query('commit');
  expect(outcomeOf(await answer)).toBe('done');
  const nodes = await store.read({ from: 'nodes' });
  expect(nodes.map(({ cpu_cores_used }) => cpu_cores_used)).toEqual([1, 1]);
});

it('answers unavailable while others keep a row locked, and still reads', async () => {
  const { store, url } = await openStore({ lockTimeoutMs: 50 });
  await putNodes(store, 'a', 'b');
  const tool = await connectTo(url);
  await tool.query('begin');
  await tool.query(`update nodes set vm_count = 1 where id = 'b'`);
  expect(await store.commit(takeCores('b'))).toMatchObject({
    error: { code: 'unavailable', data: { cause: '55P03' } },
  });
  expect(await store.read({ from: 'nodes' })).toHaveLength(2);
  expect(outcomeOf(await store.commit(takeCores('a')))).toBe('done');
  await tool.query('rollback');
  expect(outcomeOf(await store.commit(takeCores('b')))).toBe('done');
});

it('answers unavailable to a whole group whose turn does not come', async () => {
  const { store, url } = await openStore({ lockTimeoutMs: 50 });
  const other = await connectTo(url);
  await other.query('select pg_advisory_lock(748001)');
  const busy = 'Other sessions locked the database for too long, so the change was not made.';
  expect(await commitTogether(store, [put('a'), put('b')])).toEqual([busy, busy]);
  await other.query('select pg_advisory_unlock(748001)');
  expect(await commitTogether(store, [put('a'), put('b')])).toEqual(['done', 'done']);
});

it('takes a new connection when its row among the writers is gone', async () => {
  const { store, url } = await openStore();
  await runSql(url, 'delete from store_writers');
  expect(await commitTogether(store, [put('a'), put('b')])).toEqual(['done', 'done']);
  expect(await runSql(url, 'select group_no from store_writers')).toEqual([{ group_no: '1' }]);
});

it('sees at once what others have written, in reads and in guards', async () => {
  const { store, url } = await openStore();
  await runSql(
    url,
    `insert into tenants (id, name, created_at_ms, is_platform, revision)
      values ('x', 'acme', 1, 0, 1)`,
  );
  expect(await store.read({ from: 'tenants' })).toHaveLength(1);
  const answer = await store.commit([
    { kind: 'insert', into: 'tenants', row: tenantRow('y', 'acme'), otherwise: refusal('taken') },
  ]);
  expect(outcomeOf(answer)).toBe('taken');
});

it('reads on after another server has added a column', async () => {
  const { store, url } = await openStore();
  await commitAll(store, put('a'));
  for (let reads = 0; reads < 10; reads += 1) await store.read({ from: 'tenants' });
  await runSql(url, `alter table tenants add column colour text not null default 'blue'`);
  expect(await store.read({ from: 'tenants' })).toEqual([{ ...tenantRow('a'), colour: 'blue' }]);
  await commitAll(store, put('b'));
});

it('refuses a set that PostgreSQL cannot even read, alone, and each time', async () => {
  const { store, url } = await openStore();
  await runSql(url, 'alter table templates rename to drawers');
  const row = { id: 't', name: 'n', document_json: '{}', created_at_ms: 1 };
  for (let times = 0; times < 2; times += 1) {
    const [broken, sound] = await Promise.allSettled([
      store.commit([...put('a'), { kind: 'put', into: 'templates', row }]),
      store.commit(put(`b${times}`)),
    ]);
    expect(broken).toMatchObject({ reason: { cause: { code: '42P01' } } });
    expect(sound).toMatchObject({ value: { ok: true } });
  }
  expect(await store.read({ from: 'tenants' })).toHaveLength(2);
});

it('goes on when it has seen more shapes of statements than it keeps', async () => {
  const { store } = await openStore();
  for (let from = 0; from < 600; from += 200) {
    const sets = Array.from({ length: 200 }, (_, index): ChangeSet => {
      const ids = Array.from({ length: from + index + 1 }, (_unused, id) => String(id));
      const otherwise = refusal('there is one');
      return [{ kind: 'require-none', of: 'tenants', where: { id: { in: ids } }, otherwise }];
    });
    expect(new Set(await commitTogether(store, sets))).toEqual(new Set(['done']));
  }
  await commitAll(store, put('a'));
});

test.each([
  ['23505', 'ERROR', 'guard'],
  ['23514', 'ERROR', 'guard'],
  ['23502', 'ERROR', 'bug'],
  ['22P02', 'ERROR', 'bug'],
  ['42703', 'ERROR', 'bug'],
  ['40P01', 'ERROR', 'again'],
  ['53100', 'ERROR', 'database'],
  ['25006', 'ERROR', 'database'],
  ['XX001', 'ERROR', 'database'],
  ['57P01', 'FATAL', 'connection'],
  ['ECONNRESET', undefined, 'connection'],
  [undefined, undefined, 'connection'],
])('takes %s %s for a matter of: %s', (code, severity, kind) => {
  const cause = Object.assign(new Error('x'), { code }, severity === undefined ? {} : { severity });
  expect(classifyFailure(cause)).toBe(kind);
});

test.each([
  ['58030', 'unavailable', "The server's database is unavailable"],
  ['25006', 'unavailable', "The server's database is read-only"],
  ['XX001', 'store-damaged', "The server's database is damaged"],
  [undefined, 'unavailable', "The server's database is unavailable"],
])('answers %s with %s', (code, kind, detail) => {
  const found = toCommitProblem(Object.assign(new Error('x'), { code }));
  expect(found.code).toBe(kind);
  expect(found.detail).toContain(detail);
  expect(found.remedy).toContain('n operator must');
});

it('answers a read with a problem only for what is not a bug', () => {
  const bug = Object.assign(new Error('x'), { code: '42703', severity: 'ERROR' });
  expect(toReadError(bug)).not.toHaveProperty('problem');
  expect(toReadError(new Error('Connection terminated'))).toMatchObject({
    problem: { code: 'unavailable', detail: expect.stringContaining('database is unavailable') },
  });
});

it.each([
  'Connection terminated unexpectedly',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
])('says that the database is away while it is opened: %s', (message) => {
  expect(toOpenProblem(new Error(message), 'db/novacron')).toMatchObject({
    code: 'unavailable',
    data: { reason: 'unreachable' },
  });
});
