/** Tests of reads: conditions, order, limits, and the consistency of a snapshot. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, test } from '@jest/globals';
import type { Change, ChangeSet, Query, Store, Tally } from '../../../ports/store.ts';
import type { TableName } from '../../../ports/tables/tables.ts';
import {
  commitAll,
  eventRow,
  nodeRow,
  ROW_OF_EACH_TABLE,
  refusal,
  tenantRow,
  vmRow,
} from './rows.ts';

const otherwise = refusal('refused');

const observed_json = '{"status":"running"}';

/** VM a on network x, b on network y, c on none; revisions 1, 2 and 2; a and b run. */
const VMS: ChangeSet = [
  { kind: 'put', into: 'vms', row: vmRow('a', { network_id: 'x', revision: 1, observed_json }) },
  { kind: 'put', into: 'vms', row: vmRow('b', { network_id: 'y', revision: 2, observed_json }) },
  { kind: 'put', into: 'vms', row: vmRow('c', { network_id: null, revision: 2 }) },
];

const QUERIES: readonly {
  readonly name: string;
  readonly query: Omit<Query<'vms'>, 'from'>;
  readonly ids: readonly string[];
}[] = [
  { name: 'no condition', query: {}, ids: ['a', 'b', 'c'] },
  { name: 'empty conditions', query: { where: {} }, ids: ['a', 'b', 'c'] },
  { name: 'equal text', query: { where: { network_id: 'x' } }, ids: ['a'] },
  { name: 'an equal number', query: { where: { revision: 2 } }, ids: ['b', 'c'] },
  { name: 'null', query: { where: { network_id: null } }, ids: ['c'] },
  { name: 'not null', query: { where: { network_id: { not: null } } }, ids: ['a', 'b'] },
  { name: 'not a value', query: { where: { network_id: { not: 'x' } } }, ids: ['b', 'c'] },
  { name: 'one of', query: { where: { network_id: { in: ['x', 'y', 'z'] } } }, ids: ['a', 'b'] },
  {
    name: 'one of, or null',
    query: { where: { network_id: { in: ['x', null] } } },
    ids: ['a', 'c'],
  },
  { name: 'one of nothing', query: { where: { id: { in: [] } } }, ids: [] },
  { name: 'above', query: { where: { revision: { above: 1 } } }, ids: ['b', 'c'] },
  { name: 'below', query: { where: { revision: { below: 2 } } }, ids: ['a'] },
  {
    name: 'several conditions',
    query: { where: { revision: 2, network_id: { not: null } } },
    ids: ['b'],
  },
  {
    name: 'descending ids',
    query: { orderBy: { column: 'id', direction: 'desc' } },
    ids: ['c', 'b', 'a'],
  },
  {
    name: 'ties, by id',
    query: { orderBy: { column: 'revision', direction: 'asc' } },
    ids: ['a', 'b', 'c'],
  },
  {
    name: 'ties, by id in the same direction',
    query: { orderBy: { column: 'revision', direction: 'desc' } },
    ids: ['c', 'b', 'a'],
  },
  {
    name: 'nulls first',
    query: { orderBy: { column: 'network_id', direction: 'asc' } },
    ids: ['c', 'a', 'b'],
  },
  {
    name: 'nulls last when descending',
    query: { orderBy: { column: 'network_id', direction: 'desc' } },
    ids: ['b', 'a', 'c'],
  },
  {
    name: 'behind a null',
    query: { orderBy: { column: 'network_id', direction: 'asc' }, after: { id: 'c', value: null } },
    ids: ['a', 'b'],
  },
  {
    name: 'behind a null whose row is gone',
    query: { orderBy: { column: 'network_id', direction: 'asc' }, after: { id: 'b', value: null } },
    ids: ['c', 'a', 'b'],
  },
  {
    name: 'behind a value, nulls last',
    query: { orderBy: { column: 'network_id', direction: 'desc' }, after: { id: 'b', value: 'y' } },
    ids: ['a', 'c'],
  },
  {
    name: 'behind a null at the end',
    query: {
      orderBy: { column: 'network_id', direction: 'desc' },
      after: { id: 'd', value: null },
    },
    ids: ['c'],
  },
  { name: 'a limit', query: { limit: 2 }, ids: ['a', 'b'] },
  { name: 'a limit of 0', query: { limit: 0 }, ids: [] },
  { name: 'a cursor', query: { where: { id: { above: 'a' } }, limit: 1 }, ids: ['b'] },
];

const AWKWARD_TEXTS = [
  `'; drop table tenants; --`,
  `" or "1"="1`,
  `\\'`,
  '?1 :name @name $name',
  '%_*',
  '',
  ' ',
  'zürich 東京 🚀 e\u0301 \u200d \u{10ffff}',
  'line\r\nline\ttab',
  '__proto__',
  '1e3',
  '\u0001\u001f',
];

/** Declares the tests of reading. */
export function describeQueries(current: () => Store): void {
  describe('queries', () => {
    describeOrder(current);
    describeRoundTrips(current);
  });
  describe('tallies', () => describeTallies(current));
  describe('snapshots', () => describeSnapshots(current));
}

const TALLIES: readonly {
  readonly name: string;
  readonly tally: Omit<Tally<'vms'>, 'from'>;
  readonly groups: readonly string[];
}[] = [
  { name: 'by a column', tally: { by: ['network_id'] }, groups: ['null: 1', 'x: 1', 'y: 1'] },
  { name: 'by a number', tally: { by: ['revision'] }, groups: ['1: 1', '2: 2'] },
  {
    name: 'by two columns',
    tally: { by: ['revision', 'network_id'] },
    groups: ['1,x: 1', '2,null: 1', '2,y: 1'],
  },
  { name: 'by a field of JSON', tally: { by: ['status'] }, groups: ['null: 1', 'running: 2'] },
  {
    name: 'of what conditions match',
    tally: { where: { status: 'running', revision: 2 }, by: ['status'] },
    groups: ['running: 1'],
  },
  { name: 'all as one', tally: { by: [], sum: ['revision'] }, groups: [': 3 (5)'] },
  {
    name: 'with sums',
    tally: { by: ['revision'], sum: ['revision', 'generation'] },
    groups: ['1: 1 (1,1)', '2: 2 (4,2)'],
  },
  {
    name: 'nothing as one',
    tally: { where: { revision: 9 }, by: [], sum: ['revision'] },
    groups: [': 0 (0)'],
  },
  { name: 'nothing by a column', tally: { where: { revision: 9 }, by: ['status'] }, groups: [] },
];

function describeTallies(current: () => Store): void {
  test.each(TALLIES)('count rows $name', async ({ tally, groups }) => {
    await commitAll(current(), VMS);
    const found = await current().tally({ from: 'vms', ...tally });
    const texts = found.map(({ values, total, sums }) => {
      const added = sums.length === 0 ? '' : ` (${sums.join()})`;
      return `${values.map(String).join()}: ${total}${added}`;
    });
    expect(texts.toSorted()).toEqual(groups);
  });
}

function describeOrder(current: () => Store): void {
  test.each(QUERIES)('answer: $name', async ({ query, ids }) => {
    await commitAll(current(), VMS);
    const rows = await current().read({ from: 'vms', ...query });
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it('walk through a table page by page, each row once', async () => {
    const store = current();
    const ids = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    await commitAll(
      store,
      ids.toReversed().map((id) => ({ kind: 'put', into: 'tenants', row: tenantRow(id) })),
    );
    const seen: string[] = [];
    let page = await store.read({ from: 'tenants', limit: 10 });
    while (page.length > 0) {
      seen.push(...page.map(({ id }) => id));
      const last = seen.at(-1) ?? '';
      page = await store.read({ from: 'tenants', where: { id: { above: last } }, limit: 10 });
    }
    expect(seen).toEqual(ids);
  });

  it('sort text by code points, whatever language the machine speaks', async () => {
    const store = current();
    const ids = ['A', 'B', 'Z', '_', 'a', 'b', 'z', 'ä', 'é', '東', '🚀'];
    await commitAll(
      store,
      ids.toReversed().map((id) => ({ kind: 'put', into: 'tenants', row: tenantRow(id) })),
    );
    const rows = await store.read({ from: 'tenants' });
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it('find the events that have no position yet, and those after one', async () => {
    const store = current();
    await commitAll(store, [
      { kind: 'put', into: 'events', row: eventRow('a', null) },
      { kind: 'put', into: 'events', row: eventRow('b', null) },
      { kind: 'put', into: 'events', row: eventRow('c', 1) },
      { kind: 'put', into: 'events', row: eventRow('d', 2) },
    ]);
    expect(
      await store.snapshot({
        waiting: { from: 'events', where: { position: null } },
        after: { from: 'events', where: { position: { above: 1 } } },
      }),
    ).toEqual({
      waiting: [eventRow('a', null), eventRow('b', null)],
      after: [eventRow('d', 2)],
    });
  });
}

function describeRoundTrips(current: () => Store): void {
  it('give back a row of every table as it was put in', async () => {
    const store = current();
    // Each value of the record is a row of the table that its key names.
    const tables = Object.keys(ROW_OF_EACH_TABLE) as TableName[];
    const counted = ['policy_changes'];
    const others = tables.filter((table) => !counted.includes(table));
    const changes = others.map(
      (into) => ({ kind: 'insert', into, row: ROW_OF_EACH_TABLE[into], otherwise }) as Change,
    );
    const parents = ['nodes', 'operations'];
    const sorted = changes.toSorted((a, b) => rank(a, parents) - rank(b, parents));
    await commitAll(store, sorted);
    // Inserted documents were counted here meanwhile.
    const row = ROW_OF_EACH_TABLE.policy_changes;
    await commitAll(store, [{ kind: 'put', into: 'policy_changes', row }]);
    for (const from of tables) {
      expect(await store.read({ from })).toEqual([ROW_OF_EACH_TABLE[from]]);
    }
  });

  test.each(AWKWARD_TEXTS)('keep text as it is: %j', async (text) => {
    const store = current();
    const row = tenantRow(`id ${text}`, text);
    await commitAll(store, [{ kind: 'insert', into: 'tenants', row, otherwise }]);
    await commitAll(store, [
      { kind: 'update', table: 'tenants', id: row.id, set: { name: text }, otherwise },
      { kind: 'require-none', of: 'tenants', where: { name: `${text}?` }, otherwise },
    ]);
    expect(await store.read({ from: 'tenants', where: { name: text } })).toEqual([row]);
    expect(await store.read({ from: 'tenants', where: { id: { in: [row.id] } } })).toEqual([row]);
  });
}

function rank(change: Change, parents: readonly string[]): number {
  return change.kind === 'insert' && parents.includes(change.into) ? 0 : 1;
}

function describeSnapshots(current: () => Store): void {
  it('are of one moment while changes go on', async () => {
    const store = current();
    await commitAll(store, [
      { kind: 'put', into: 'nodes', row: nodeRow('a', { cpu_cores_used: 16 }) },
      { kind: 'put', into: 'nodes', row: nodeRow('b') },
    ]);
    const moves = Array.from({ length: 16 }, () => store.commit(moveCore('a', 'b')));
    const sums: number[] = [];
    let more: 'yes' | 'no' = 'yes';
    const moved = Promise.all(moves).then(() => {
      more = 'no';
    });
    const sumUp = async () => {
      const { a, b } = await store.snapshot({
        a: { from: 'nodes', where: { id: 'a' } },
        b: { from: 'nodes', where: { id: 'b' } },
      });
      sums.push([...a, ...b].reduce((sum, node) => sum + node.cpu_cores_used, 0));
      await nextTurn();
    };
    do await sumUp();
    while (more === 'yes');
    await moved;
    await sumUp();
    expect(new Set(sums)).toEqual(new Set([16]));
  });

  it('hold rows of several tables under the names that were asked for', async () => {
    const store = current();
    await commitAll(store, [...VMS, { kind: 'put', into: 'tenants', row: tenantRow('t') }]);
    const { tenants, firsts } = await store.snapshot({
      tenants: { from: 'tenants' },
      firsts: { from: 'vms', limit: 1 },
    });
    expect(tenants).toEqual([tenantRow('t')]);
    expect(firsts.map(({ network_id }) => network_id)).toEqual(['x']);
  });
}

function moveCore(from: string, to: string): ChangeSet {
  const by = (amount: number) => [
    { column: 'cpu_cores_used', amount, limit: 'cpu_cores' } as const,
  ];
  return [
    { kind: 'add', table: 'nodes', id: from, by: by(-1), otherwise },
    { kind: 'add', table: 'nodes', id: to, by: by(1), otherwise },
  ];
}
