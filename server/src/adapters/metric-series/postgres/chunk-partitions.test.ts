/** Partitions of chunks in a real PostgreSQL: what is made, by how many servers, and what goes. */
import { expect, test } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { Client, Pool } from 'pg';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import type { MetricSeries, MetricTarget, SeriesRun } from '../../../ports/metric-series.ts';
import { usePostgres } from '../../store/postgres/test-kit/use-postgres.ts';
import { createParts } from './chunk-partitions.ts';
import { openPostgresSeries } from './open-postgres-series.ts';

const ignore = (): void => undefined;
const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const HOUR_S = 3_600;
const DAY_S = 86_400;
/** A midnight. */
const START_S = 1_780_272_000;
const CPU = 'cpu_utilization_ratio';
const VM: MetricTarget = { id: 'vm_1', tenantId: 'tnt_1', kind: 'vm' };
const GROUP: MetricTarget = { id: 'vmg_1', tenantId: 'tnt_1', kind: 'vm_group' };

const postgres = usePostgres();

/** Runs a test with servers of one database, each with connections of its own. */
async function withServers(
  count: number,
  work: (servers: readonly MetricSeries[], url: string) => Promise<void>,
): Promise<void> {
  const { url, close } = await postgres.openStore();
  const servers = await Promise.all(
    Array.from({ length: count }, () => openPostgresSeries({ url, logger: SILENT })),
  );
  try {
    await work(servers, url);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    await close();
  }
}

async function write(series: MetricSeries, fromS: number, values: readonly number[]) {
  const samples = values.map((value, at) => ({ name: CPU, atS: fromS + at * 30, value }));
  const batch = [VM, GROUP].map((target) => ({ target, samples }));
  expect((await series.write(batch, 'measured')).ok).toBe(true);
}

async function compact(series: MetricSeries, nowS: number): Promise<boolean> {
  return (await series.compact({ nowMs: nowS * 1000, mayContinue: () => true })).ok;
}

async function read(series: MetricSeries, { id }: MetricTarget): Promise<SeriesRun> {
  const range = { targetId: id, name: CPU, fromS: START_S, toS: START_S + 40 * DAY_S };
  const found = await series.read(range);
  assert(found.ok && found.value !== undefined, 'the series is there');
  return found.value;
}

/** Parts as `level/day`, counted from the start; those of coarser levels begin before it. */
async function partsOf(url: string): Promise<readonly string[]> {
  const rows = await runSql(
    url,
    'select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid ' +
      "where inhparent = 'metric_chunks'::regclass order by relname",
  );
  return (rows as readonly { readonly name: string }[]).map(({ name }) => {
    const [, , level, from] = name.split('_');
    return `${level}/${(Number(from) - START_S) / DAY_S}`;
  });
}

test('a day of samples is a partition, made a day ahead, and dropped as a whole', async () => {
  await withServers(1, async ([series], url) => {
    assert(series !== undefined, 'there is one');
    await write(series, START_S, [1, 3]);
    expect(await partsOf(url)).toEqual([]);
    await compact(series, START_S + HOUR_S);
    expect(await partsOf(url)).toEqual(['0/0', '0/1']);
    await write(series, START_S + DAY_S, [5]);
    await compact(series, START_S + DAY_S + HOUR_S);
    expect(await partsOf(url)).toEqual(['0/0', '0/1', '0/2']);
    await compact(series, START_S + 3 * DAY_S);
    expect((await partsOf(url)).filter((part) => part.startsWith('0/'))).toEqual(['0/1', '0/2']);
    expect((await read(series, VM)).means).toEqual([5]);
    expect((await read(series, GROUP)).means).toEqual([2, 5]);
  });
});

test('servers that write to a missing partition at once make it once', async () => {
  await withServers(4, async (servers, url) => {
    const [first] = servers;
    assert(first !== undefined, 'there are four');
    await write(first, START_S, [1]);
    const compacted = await Promise.all(servers.map((each) => compact(each, START_S + HOUR_S)));
    expect(compacted).toEqual([true, true, true, true]);
    expect(await partsOf(url)).toEqual(['0/0', '0/1']);
    expect((await read(first, VM)).means).toEqual([1]);
  });
});

test('a partition that another server has dropped is made again by a write', async () => {
  await withServers(2, async ([one, other], url) => {
    assert(one !== undefined && other !== undefined, 'there are two');
    await write(one, START_S, [1]);
    await compact(one, START_S + HOUR_S);
    await compact(other, START_S + 4 * DAY_S);
    expect((await partsOf(url)).filter((part) => part.startsWith('0/'))).toEqual([]);
    await write(one, START_S + HOUR_S, [7]);
    expect(await compact(one, START_S + 2 * HOUR_S)).toBe(true);
    expect((await read(other, VM)).means).toEqual([7]);
  });
});

test('a partition stays while it has samples of a group that are not minutes yet', async () => {
  await withServers(1, async ([series], url) => {
    assert(series !== undefined, 'there is one');
    await write(series, START_S, [1, 3]);
    await compact(series, START_S + HOUR_S);
    const groups = await runSql(url, "select key from metric_targets where kind = 'vm_group'");
    const rolledTargets = (groups as readonly { readonly key: number }[]).map(({ key }) => key);
    const pool = new Pool({ connectionString: url });
    // Another server has made this chunk after the minutes of the day were made.
    await createParts(pool).drop('sample', { before: START_S + DAY_S, rolledTargets });
    expect(await partsOf(url)).toContain('0/0');
    await compact(series, START_S + 4 * DAY_S);
    await createParts(pool).drop('sample', { before: START_S + DAY_S, rolledTargets });
    await pool.end();
    expect(await partsOf(url)).not.toContain('0/0');
    expect((await read(series, GROUP)).means).toEqual([2]);
  });
});

test('a partition that a query uses for long is dropped by a later round', async () => {
  await withServers(1, async ([series], url) => {
    assert(series !== undefined, 'there is one');
    await write(series, START_S, [1]);
    await compact(series, START_S + HOUR_S);
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select count(*) from metric_chunks');
    expect(await compact(series, START_S + 4 * DAY_S)).toBe(false);
    expect(await partsOf(url)).toContain('0/0');
    // Who reads meanwhile does not wait behind the drop.
    expect((await read(series, GROUP)).means).toEqual([1]);
    await reader.end();
    expect(await compact(series, START_S + 4 * DAY_S)).toBe(true);
    expect(await partsOf(url)).not.toContain('0/0');
  });
});
