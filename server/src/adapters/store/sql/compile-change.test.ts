/** A change that cannot be compiled is a bug, detected before it reaches a database. */
import { expect, it, test } from '@jest/globals';
import type { Change } from '../../../ports/store.ts';
import { makeSqliteBuilder } from '../sqlite/make-sqlite-builder.ts';
import { refusal } from '../suite/rows.ts';
import { compileChange } from './compile-change.ts';
import { compileQuery } from './compile-query.ts';
import { compileWhere, IN_VALUES_MAX } from './compile-where.ts';

const sql = makeSqliteBuilder();
const otherwise = refusal('refused');

function addOf(by: Extract<Change, { kind: 'add'; table: 'nodes' }>['by']): Change {
  return { kind: 'add', table: 'nodes', id: 'n', by, otherwise };
}

test.each<[string, Change]>([
  ['an add to nodes names a column', addOf([])],
  [
    'an add to nodes names a column once',
    addOf([
      { column: 'vm_count', amount: 1 },
      { column: 'vm_count', amount: 2 },
    ]),
  ],
  [
    'an add to nodes leaves its own limits alone',
    addOf([
      { column: 'cpu_cores', amount: 1 },
      { column: 'cpu_cores_used', amount: 1, limit: 'cpu_cores' },
    ]),
  ],
  [
    'column vm_count takes text, finite numbers or null, not Infinity',
    addOf([{ column: 'vm_count', amount: Number.POSITIVE_INFINITY }]),
  ],
  ["a rule's version counts from 0, not -1", { kind: 'move-rule', rule: 'r', from: -1, otherwise }],
])('refuses a change when: %s', (message, change) => {
  expect(() => compileChange(sql, change)).toThrow(message);
});

test.each<[string, object]>([
  ['column name takes text, finite numbers or null, not undefined', { name: undefined }],
  ['column name takes text, finite numbers or null, not true', { name: true }],
  ['column name takes text, finite numbers or null, not undefined', { name: { not: undefined } }],
  ['the condition on name is none of in, above, below, not', { name: { like: '%' } }],
  [`at most ${IN_VALUES_MAX} values for id`, { id: { in: Array(IN_VALUES_MAX + 1).fill('x') } }],
])('refuses a condition: %s', (message, where) => {
  expect(() => compileWhere(where)).toThrow(message);
});

test.each([-1, 1.5, Number.NaN])('refuses a limit of %d rows', (limit) => {
  expect(() => compileQuery(sql, { from: 'vms', limit })).toThrow('a limit is a count of rows');
});

it('binds every value and names every column in quotes', () => {
  const hostile = '"; drop table vms; --';
  const { query } = compileChange(sql, {
    kind: 'update',
    table: 'vms',
    id: hostile,
    set: { name: hostile },
    expect: { namespace: hostile },
    otherwise,
  });
  expect(query.sql).toBe('update "vms" set "name" = ? where "id" = ? and "namespace" = ?');
  expect(query.parameters).toEqual([hostile, hostile, hostile]);
});
