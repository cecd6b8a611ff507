/** Query plans of list filters: no filter reads all rows of a tenant. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { makePostgresBuilder } from '@novacron/server/adapters/store/postgres/make-postgres-builder';
import { makeSqliteBuilder } from '@novacron/server/adapters/store/sqlite/make-sqlite-builder';
import type { AnyQuery, Store } from '@novacron/server/ports/store';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import SqliteDatabase from 'better-sqlite3';
import { usePostgres } from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { compileQuery } from '../../../server/src/adapters/store/sql/compile-query.ts';
import { runSql } from '../../support/services/start-postgres.ts';
import { copyEmptyStore } from '../test-kit/copy-empty-store.ts';
import { FILTERED_IN_MEMORY, type ListRequest, listRequests } from '../test-kit/list-requests.ts';
import { type Bench, startBench } from '../test-kit/start-bench.ts';

/** Narrowed in memory, as docs/api.md says: quotas or the fleet bound how many items they have. */
const IN_MEMORY: readonly string[] = [
  'role.list',
  'template.list',
  'drift.report',
  'reconciler.list',
  'sealing_key.list',
  'metric.list',
  'metric.watches',
  'policy.versions',
  'policy_data.versions',
  'orchestration_policy.versions',
  'workflow.versions',
  'secret.versions',
  'terraform_state.versions',
  'model.versions',
  'model.forecasts',
  'backup.list',
];

/**
 * Filters that decide on the order, or on whose list it is. The state of waivers is a range of
 * times, of which a database may prefer the order of the page: administrators write few.
 */
const NOT_NARROWING: readonly string[] = [
  'operation.list order',
  'api_key.list tenant',
  'policy_waiver.list state',
  ...FILTERED_IN_MEMORY,
];

/** The size of a page unless said; smaller queries look after something else. */
const PAGE_SIZE = 100;

const NAMES = operationNames().filter(
  (name) => operationRow(name).listing !== undefined && !IN_MEMORY.includes(name),
);

const postgres = usePostgres();
let bench: Bench;
let directory: string;
let url: string;
let asked: AnyQuery[] = [];

/** Remembers the queries of pages. */
function watchStore(store: Store): Store {
  const remember = (query: AnyQuery) => {
    if (query.limit !== undefined && query.limit >= PAGE_SIZE) asked.push(query);
  };
  return {
    ...store,
    read: (query) => {
      remember(query as unknown as AnyQuery);
      return store.read(query);
    },
    snapshot: (queries) => {
      for (const query of Object.values(queries)) remember(query);
      return store.snapshot(queries);
    },
    count: (query) => {
      remember(query as unknown as AnyQuery);
      return store.count(query);
    },
  };
}

beforeAll(async () => {
  directory = makeDataDirectory('novacron-plans-');
  await copyEmptyStore(join(directory, 'novacron.db'));
  bench = await startBench({ wrapStore: watchStore });
  url = await postgres.server().createDatabase({ template: 'template_store' });
  await fillPostgres(bench.admin.tenantId);
});
afterAll(async () => {
  await bench.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A request with what the store is asked for its page, and for its total. */
interface Asked {
  readonly request: ListRequest;
  readonly queries: readonly AnyQuery[];
  /** Columns that the request narrows by, and the plain one does not. */
  readonly narrowedBy: readonly string[];
  /** Whether all tenants share the list: its plain page is narrowed by nothing. */
  readonly isOfAll: boolean;
}

async function askAll(name: OperationName): Promise<readonly Asked[]> {
  const answered: Asked[] = [];
  const known = { tenant: bench.admin.tenantId, zone: ['zone-a'] };
  let plain: readonly string[] = [];
  for (const request of listRequests(name, known)) {
    asked = [];
    await bench.expectOk(name, request.input as never);
    const columns = asked.flatMap(({ where }) => Object.keys(where ?? {}));
    if (request.by === 'plain') plain = columns;
    const narrowedBy = columns.filter((column) => !plain.includes(column));
    answered.push({ request, queries: asked, narrowedBy, isOfAll: plain.length === 0 });
  }
  return answered;
}

/** Returns the faults in a query plan; `mentions` tests for the use of a column. */
function faultsOf(
  { request, narrowedBy, isOfAll }: Asked,
  plan: string,
  says: {
    readonly scan: string;
    readonly sort: string;
    readonly mentions: (plan: string, column: string) => boolean;
  },
): string[] {
  const { by, field } = request;
  const faults: string[] = [];
  // A page of all tenants' rows is read in the order of its index.
  const mayWalk = isOfAll && by !== 'filter';
  if (plan.includes(says.scan) && !mayWalk) faults.push('reads the table');
  if (by === 'sort' && plan.includes(says.sort)) faults.push('sorts all rows');
  const narrows = by === 'filter' && !NOT_NARROWING.includes(`${request.name} ${field}`);
  if (narrows && !narrowedBy.some((column) => says.mentions(plan, column))) {
    faults.push(`has no index for ${narrowedBy.join() || field}`);
  }
  return faults.map((fault) => `${by} ${field} ${fault}: ${plan}`);
}

function explainInSqlite(query: AnyQuery): string {
  const { sql, parameters } = compileQuery(makeSqliteBuilder(), query);
  const database = new SqliteDatabase(join(directory, 'novacron.db'));
  const plan = database.prepare(`explain query plan ${sql}`).all(...parameters);
  database.close();
  return plan.map((line) => String(Object(line).detail)).join('; ');
}

/**
 * Explains a query. A sequential scan is the best plan if all rows belong to one tenant and all are
 * read; otherwise it is ruled out.
 */
async function explainInPostgres({ by }: ListRequest, query: AnyQuery): Promise<string> {
  const { sql, parameters } = compileQuery(makePostgresBuilder(), query);
  const text = sql.replace(/\$(\d+)/g, (_, index) => {
    const value = parameters[Number(index) - 1];
    return typeof value === 'number' ? String(value) : `'${String(value)}'`;
  });
  const settings = by === 'filter' ? '' : 'set enable_seqscan = off; set enable_bitmapscan = off;';
  const lines = await runSql(url, `${settings} explain ${text}`);
  return lines.map((line) => String(Object.values(Object(line))[0]).trim()).join('; ');
}

/** Number of rows that makes an index worthwhile, all of one tenant. */
const ROWS = 3_000;

/** Fills every table by its columns, and counts its values as a server does in the background. */
async function fillPostgres(tenantId: string): Promise<void> {
  const columns = await runSql(
    url,
    `select table_name, column_name, data_type
      from information_schema.columns natural join information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'
        and table_name <> 'schema_migrations' and is_generated = 'NEVER'`,
  );
  const byTable = new Map<string, [string, string][]>();
  for (const column of columns) {
    const { table_name, column_name, data_type } = Object(column);
    const value = valueFor({ name: String(column_name), type: String(data_type), tenantId });
    const known = byTable.get(String(table_name)) ?? [];
    byTable.set(String(table_name), [...known, [`"${column_name}"`, value]]);
  }
  const inserts = [...byTable].map(([table, values]) => {
    const names = values.map(([name]) => name).join();
    const each = values.map(([, value]) => value).join();
    return `insert into "${table}" (${names}) select ${each} from generate_series(1, ${ROWS}) g;`;
  });
  // A replica checks no foreign keys and runs no triggers.
  await runSql(url, `set session_replication_role = replica; ${inserts.join(' ')} analyze;`);
}

/** Another value in each row; fields of JSON that are filtered by are there. */
function valueFor(column: {
  readonly name: string;
  readonly type: string;
  readonly tenantId: string;
}): string {
  const { name, type, tenantId } = column;
  if (name === 'tenant_id') return `'${tenantId}'`;
  // Distinguishes the policies that steer: half of them do.
  if (name === 'steers') return 'nullif(g % 2, 0)';
  // Lists have the waivers that are not deleted, which most are.
  if (name === 'withdrawn_at_ms') return 'null';
  if (type.startsWith('timestamp')) return 'now()';
  if (type !== 'text') return 'g';
  if (!name.endsWith('_json')) return `'${name}-' || g`;
  return `json_build_object('status', 's' || g, 'node', 'n' || g, 'type', 't' || g)::text`;
}

describe.each(NAMES)('%s is narrowed and sorted by indexes', (name) => {
  test('on SQLite', async () => {
    const faults = (await askAll(name)).flatMap((each) =>
      each.queries.flatMap((query) =>
        faultsOf(each, explainInSqlite(query), {
          scan: 'SCAN',
          sort: 'B-TREE FOR ORDER BY',
          // Plans call a derived column an expression.
          mentions: (plan, column) => new RegExp(`(?:\\b${column}|<expr>)[=<>]`).test(plan),
        }),
      ),
    );
    expect(faults).toEqual([]);
  });

  test('on PostgreSQL', async () => {
    const faults: string[] = [];
    for (const each of await askAll(name)) {
      for (const query of each.queries) {
        const plan = await explainInPostgres(each.request, query);
        const says = {
          scan: 'Seq Scan',
          // An incremental one begins with what the index has in order.
          sort: '->  Sort',
          mentions: (text: string, column: string) =>
            new RegExp(`Index Cond: [^;]*\\b${column}\\b`).test(text),
        };
        faults.push(...faultsOf(each, plan, says));
      }
    }
    expect(faults).toEqual([]);
  });
});

test.each(FILTERED_IN_MEMORY)('%s reads no page of the store', async (request) => {
  const [name, field] = request.split(' ');
  const all = await askAll(name as OperationName);
  const own = all.filter((each) => each.request.field === field);
  expect(own.map(({ queries }) => queries)).toEqual([[]]);
});
