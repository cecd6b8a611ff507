/** Tests which results come from the cache and which are read again. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import type { SqlText } from '../../sql/kysely-tables.ts';
import { rememberRows } from './remember-rows.ts';
import { connectTo, type SqliteConnection } from './sqlite-connection.ts';

const NAMED: SqlText = { sql: 'select * from things where id <> ? order by id', parameters: ['z'] };
const OTHERS: SqlText = { sql: NAMED.sql, parameters: ['a'] };

let writer: SqliteConnection;
let reader: SqliteConnection;
let rowsOf: ReturnType<typeof rememberRows>;
let remove: () => void;

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-store-'));
  remove = () => rmSync(directory, { recursive: true, force: true });
  const path = join(directory, 'things.db');
  writer = connectTo(new SqliteDatabase(path));
  writer.database.pragma('journal_mode = wal');
  writer.database.exec('create table things (id text, amount integer)');
  add('a', 1);
  reader = connectTo(new SqliteDatabase(path, { readonly: true }));
  rowsOf = rememberRows(reader);
});
afterEach(() => {
  reader.database.close();
  writer.database.close();
  remove();
});

function add(id: string, amount: number): void {
  writer.run({ sql: 'insert into things values (?, ?)', parameters: [id, amount] });
}

it('answers again with the same rows, which are frozen, while nothing is written', () => {
  const first = rowsOf(NAMED);
  expect(first).toEqual([{ id: 'a', amount: 1 }]);
  expect(first.every((row) => Object.isFrozen(row))).toBe(true);
  expect(rowsOf(NAMED)).toBe(first);
  expect(rowsOf(OTHERS)).toEqual([]);
});

it('reads again after a commit of another connection', () => {
  rowsOf(NAMED);
  add('b', 2);
  expect(rowsOf(NAMED)).toHaveLength(2);
  writer.run({ sql: 'update things set amount = 3', parameters: [] });
  expect(rowsOf(NAMED)).toEqual([
    { id: 'a', amount: 3 },
    { id: 'b', amount: 3 },
  ]);
});

it('answers a transaction with what it sees, and those after it with what is new', () => {
  const looks = reader.database.transaction(() => {
    const before = rowsOf(NAMED);
    add('b', 2);
    return [before, rowsOf(NAMED), rowsOf(OTHERS)];
  });
  expect(looks()).toEqual([[{ id: 'a', amount: 1 }], [{ id: 'a', amount: 1 }], []]);
  expect(rowsOf(NAMED)).toHaveLength(2);
  expect(rowsOf(OTHERS)).toEqual([{ id: 'b', amount: 2 }]);
});

it('keeps no more rows than it has room for, and answers all the same', () => {
  writer.database.exec(`
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 15000)
    insert into things select 'row-' || n, n from numbers`);
  const first = rowsOf(NAMED);
  expect(rowsOf(OTHERS)).toHaveLength(15_000);
  expect(rowsOf({ sql: NAMED.sql, parameters: ['b'] })).toHaveLength(15_001);
  const again = rowsOf(NAMED);
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
