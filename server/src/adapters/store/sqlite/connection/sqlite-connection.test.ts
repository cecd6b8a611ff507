/** Conversion of the values that the driver returns. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { connectTo, type SqliteConnection } from './sqlite-connection.ts';

const ALL = { sql: 'select * from things order by id', parameters: [] };

let connection: SqliteConnection;

beforeEach(() => {
  connection = connectTo(new SqliteDatabase(':memory:'));
  connection.database.exec('create table things (id text, amount integer)');
});
afterEach(() => {
  connection.database.close();
});

it('answers rows with their columns by name, null among them', () => {
  connection.run({ sql: "insert into things values ('a', 1), ('b', ?)", parameters: [null] });
  expect(connection.rows(ALL)).toEqual([
    { id: 'a', amount: 1 },
    { id: 'b', amount: null },
  ]);
  expect(connection.isEmpty(ALL)).toBe(false);
});

it('names a column that the table has got since the statement was prepared', () => {
  connection.run({ sql: 'insert into things values (?, ?)', parameters: ['a', 1] });
  expect(connection.rows(ALL)).toEqual([{ id: 'a', amount: 1 }]);
  connection.run({
    sql: "alter table things add column colour text default 'red'",
    parameters: [],
  });
  expect(connection.rows(ALL)).toEqual([{ id: 'a', amount: 1, colour: 'red' }]);
});

it('answers no row where none is found', () => {
  expect(connection.rows(ALL)).toEqual([]);
  expect(connection.isEmpty(ALL)).toBe(true);
});
