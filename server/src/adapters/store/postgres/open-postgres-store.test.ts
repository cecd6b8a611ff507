/** Opening a store on PostgreSQL: what is made, what is kept, what is refused, in which words. */
import { expect, it, test } from '@jest/globals';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import type { AnyQuery } from '../../../ports/store.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { compileQuery } from '../sql/compile-query.ts';
import { INDEXED_PAGES, INDEXED_QUERIES } from '../suite/indexed-queries.ts';
import { commitAll, nodeRow, tenantRow } from '../suite/rows.ts';
import { makePostgresBuilder } from './make-postgres-builder.ts';
import { openPostgresStore } from './open-postgres-store.ts';
import { toOpenProblem } from './open-problems.ts';
import { describeServer, toClientConfig } from './postgres-settings.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();

it('keeps what it stored from one opening to the next, and leaves no row behind', async () => {
  const url = await postgres.server().createDatabase();
  const first = await openAt({ url });
  await commitAll(first, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  await first.close();
  expect(await runSql(url, 'select * from store_writers')).toEqual([]);
  const second = await openAt({ url });
  expect(await second.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
  await second.close();
});

it('lets several servers open an empty database at once', async () => {
  const url = await postgres.server().createDatabase();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openAt({ url })));
  const names = MIGRATIONS.map(({ name }) => ({ name }));
  expect(await runSql(url, 'select name from schema_migrations order by name')).toEqual(names);
  await Promise.all(stores.map((store) => store.close()));
});

it('measures how many change sets share a flush', async () => {
  const measured: [string, number][] = [];
  const observe = (name: string, _labels: object, value: number) => measured.push([name, value]);
  const telemetry = { ...NO_TELEMETRY, observe };
  const url = await postgres.server().createDatabase();
  const store = await openAt({ url, telemetry });
  const put = (name: string) =>
    commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow(name) }]);
  await Promise.all(['a', 'b', 'c'].map(put));
  expect(measured).toEqual([['novacron_store_group_sets', 3]]);
  await store.close();
});

it('waits for the disk in each commit, even where the database would not', async () => {
  const url = await postgres.server().createDatabase();
  const name = new URL(url).pathname.slice(1);
  await runSql(url, `alter database ${name} set synchronous_commit = off`);
  const store = await openAt({ url });
  await runSql(url, 'create table seen (value text)');
  await runSql(
    url,
    `create function see() returns trigger language plpgsql as $$
     begin insert into seen values (current_setting('synchronous_commit')); return new; end $$;
     create trigger see before insert on tenants for each row execute function see()`,
  );
  await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  expect(await runSql(url, 'select * from seen')).toEqual([{ value: 'on' }]);
  await store.close();
});

it('refuses to read a number that JavaScript cannot count to', async () => {
  const { store, url, remove } = await postgres.openStore();
  await commitAll(store, [{ kind: 'put', into: 'nodes', row: nodeRow('n') }]);
  await runSql(url, 'update nodes set memory_mib = 9007199254740993');
  await expect(store.read({ from: 'nodes' })).rejects.toMatchObject({
    cause: { message: expect.stringContaining('9007199254740993') },
  });
  await remove();
});

const REFUSALS: readonly {
  readonly name: string;
  readonly reason: string;
  readonly says: string;
  readonly prepare: () => Promise<string> | string;
}[] = [
  {
    name: 'a URL of something else',
    reason: 'bad-url',
    says: 'is not a PostgreSQL URL',
    prepare: () => 'mysql://localhost/novacron',
  },
  {
    name: 'no URL at all',
    reason: 'bad-url',
    says: 'is not a PostgreSQL URL',
    prepare: () => 'novacron.db',
  },
  {
    name: 'an unknown mode of TLS',
    reason: 'bad-url',
    says: 'sslmode is unknown',
    prepare: () => `${postgres.server().urlOf('postgres')}?sslmode=yes`,
  },
  {
    name: 'a port where no server listens',
    reason: 'unreachable',
    says: 'no server listens there',
    prepare: () => 'postgres://novacron:secret@127.0.0.1:1/novacron',
  },
  {
    name: 'a database that does not exist',
    reason: 'database-missing',
    says: 'the database does not exist',
    prepare: () => postgres.server().urlOf('nowhere'),
  },
  {
    name: 'a user that does not exist',
    reason: 'access-denied',
    says: 'PostgreSQL refuses this user',
    prepare: () => postgres.server().urlOf('postgres').replace('novacron@', 'stranger:secret@'),
  },
  {
    name: 'a server without TLS where TLS is asked for',
    reason: 'tls-failed',
    says: 'PostgreSQL does not offer TLS',
    prepare: () => `${postgres.server().urlOf('postgres')}?sslmode=require`,
  },
  {
    name: 'a certificate file that is not there',
    reason: 'file-unreadable',
    says: 'cannot be read',
    prepare: () =>
      `${postgres.server().urlOf('postgres')}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`,
  },
  {
    name: 'a database that cannot store every character',
    reason: 'other-encoding',
    says: 'has the encoding LATIN1, and NovaCron needs UTF8',
    prepare: async () => {
      const name = `latin_${postgres.server().port}`;
      const words = "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' locale_provider libc";
      const sql = `create database ${name} template template0 ${words}`;
      await runSql(postgres.server().urlOf('postgres'), sql);
      return postgres.server().urlOf(name);
    },
  },
  {
    name: "another program's database",
    reason: 'not-a-store',
    says: 'contains tables that NovaCron did not create',
    prepare: async () => {
      const url = await postgres.server().createDatabase();
      await runSql(url, 'create table recipes (name text)');
      return url;
    },
  },
  {
    name: 'a user that may not create tables',
    reason: 'not-permitted',
    says: 'may not create tables',
    prepare: async () => {
      const url = await postgres.server().createDatabase();
      await runSql(url, `create role guest_${postgres.server().port} login`);
      return url.replace('novacron@', `guest_${postgres.server().port}@`);
    },
  },
  {
    name: 'a database that was made read-only',
    reason: 'read-only',
    says: 'is read-only',
    prepare: async () => {
      const url = await postgres.server().createDatabase();
      const name = new URL(url).pathname.slice(1);
      await runSql(url, `alter database ${name} set default_transaction_read_only = on`);
      return url;
    },
  },
];

test.each(REFUSALS)('refuses $name', async ({ reason, says, prepare }) => {
  const opened = await openPostgresStore({ url: await prepare() });
  expect(opened).toMatchObject({ ok: false, error: { code: 'unavailable', data: { reason } } });
  if (opened.ok) return;
  expect(opened.error.detail).toContain(says);
  expect(opened.error.remedy).toContain('start the server again.');
  expect(JSON.stringify(opened.error)).not.toContain('secret');
});

it('refuses a store of a newer release, says so, and changes nothing', async () => {
  const { url, close } = await postgres.openStore();
  await close();
  await runSql(url, `insert into schema_migrations values ('0042-teleport')`);
  expect(await openPostgresStore({ url })).toMatchObject({
    ok: false,
    error: {
      code: 'unavailable',
      detail:
        'The store was written by a newer release of NovaCron than this one: ' +
        'this release does not know its schema (0042-teleport).',
      data: { reason: 'schema-newer', unknown: '0042-teleport' },
    },
  });
});

it('says that a name cannot be resolved', () => {
  const cause = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
  expect(toOpenProblem(cause, 'db:5432/novacron')).toMatchObject({
    detail: expect.stringContaining('the name of its host cannot be resolved'),
    data: { reason: 'unreachable' },
  });
});

test.each([
  ['53100', 'disk-full', 'storage-full'],
  ['53300', 'unreachable', 'unavailable'],
  ['57P03', 'unreachable', 'unavailable'],
  ['55P03', 'locked', 'unavailable'],
  ['28P01', 'access-denied', 'unavailable'],
  ['EAI_AGAIN', 'unreachable', 'unavailable'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-failed', 'unavailable'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-failed', 'unavailable'],
])('explains %s as %s', (code, reason, kind) => {
  const found = toOpenProblem(Object.assign(new Error('x'), { code }), 'db:5432/novacron');
  expect(found).toMatchObject({ code: kind, data: { reason, cause: code } });
  expect(found.detail).toMatch(/^The store on db:5432\/novacron cannot be opened: /);
});

it('crashes on an unexpected error', () => {
  expect(() => toOpenProblem(new TypeError('a bug'), 'x')).toThrow('a bug');
});

test.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
  'checks the certificate and its name with sslmode=%s',
  (mode) => {
    const settings = toClientConfig(`postgres://u@h/d?sslmode=${mode}`);
    expect(settings?.ssl).toEqual({ minVersion: 'TLSv1.3', rejectUnauthorized: true });
    expect(settings?.connectionString).not.toContain('sslmode');
  },
);

it('names a server without its password', () => {
  expect(describeServer('postgres://u:secret@h:5433/d?sslcert=x')).toBe('h:5433/d');
  expect(describeServer('nonsense')).toBe('the given URL');
});

// In an empty table, reading all of it is the best plan; it is ruled out where an index will do.
test.each(INDEXED_QUERIES)('can find rows by an index: %j', async (query) => {
  expect(await explain(query, ['seqscan'])).not.toContain('Seq Scan');
});

test.each(INDEXED_PAGES)('can take the order of a page from an index: %j', async (query) => {
  const plan = await explain(query, ['seqscan', 'bitmapscan', 'sort']);
  expect(plan).toContain('"Index Scan"');
  expect(plan).not.toContain('"Sort"');
});

/**
 * Returns the query plan with the methods in `ruledOut` disabled, where the database can avoid
 * them.
 */
async function explain(query: AnyQuery, ruledOut: readonly string[]): Promise<string> {
  const url = postgres.server().urlOf('template_store');
  const { sql, parameters } = compileQuery(makePostgresBuilder(), query);
  const text = sql.replace(/\$(\d+)/g, (_, index) => quote(parameters[Number(index) - 1]));
  const settings = ruledOut.map((each) => `set enable_${each} = off;`).join(' ');
  return JSON.stringify(await runSql(url, `${settings} explain (format json) ${text}`));
}

function quote(value: unknown): string {
  return typeof value === 'number' ? String(value) : `'${String(value)}'`;
}
