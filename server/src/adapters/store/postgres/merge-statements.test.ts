import { expect, test } from '@jest/globals';
import type { Change } from '../../../ports/store.ts';
import { compileChange } from '../compile-change.ts';
import { refusal, tenantRow } from '../suite/rows.ts';
import { makePostgresBuilder } from './make-postgres-builder.ts';
import { mergeStatements } from './merge-statements.ts';

const sql = makePostgresBuilder();
const otherwise = refusal('refused');
const REFERENCES = new Set(['operation_log>operations']);

function owned(id: string, fence = 1): Change {
  return {
    kind: 'require-none',
    of: 'operations',
    where: { id, fence: { not: fence } },
    otherwise,
  };
}

function appended(id: string, seq: number): Change {
  const row = { id: `${id}/${seq}`, operation_id: id, seq, entry_json: '{}', at_ms: 1 };
  return { kind: 'insert', into: 'operation_log', row, otherwise };
}

function dropped(id: string): Change {
  return { kind: 'drop', from: 'operations', id };
}

function tenant(id: string): Change {
  return { kind: 'insert', into: 'tenants', row: tenantRow(id), otherwise };
}

function merge(...sets: readonly Change[][]): string[] {
  const compiled = sets.map((set) => set.map((change) => compileChange(sql, change)));
  return mergeStatements(compiled, REFERENCES).map(({ sql: text }) => {
    const table = /(?:from|into|update|null::) ?"(\w+)"/.exec(text)?.[1] ?? '?';
    return `${text.includes('json_populate_recordset') ? 'many' : 'one'} ${table}`;
  });
}

test('the steps of many operations are two statements', () => {
  const steps = ['a', 'b', 'c'].map((id) => [owned(id), appended(id, 1), appended(id, 2)]);
  expect(merge(...steps)).toEqual(['many operations', 'many operation_log']);
});

test('a single statement stays what it is', () => {
  expect(merge([owned('a'), appended('a', 1)])).toEqual(['one operations', 'one operation_log']);
});

test('nothing moves to the other side of a removal', () => {
  expect(merge([appended('a', 1)], [dropped('a')], [appended('a', 2)])).toEqual([
    'one operation_log',
    'one operations',
    'one operation_log',
  ]);
});

test('a look at a table stays behind what was written there', () => {
  const update: Change = { kind: 'update', table: 'operations', id: 'a', set: {}, otherwise };
  expect(merge([owned('a')], [update], [owned('b')])).toEqual([
    'one operations',
    'one operations',
    'one operations',
  ]);
});

test('rows stay behind the rows that they refer to', () => {
  const row = { id: 'a' } as Extract<Change, { kind: 'insert'; into: 'operations' }>['row'];
  const operation: Change = { kind: 'insert', into: 'operations', row, otherwise };
  expect(merge([appended('a', 1)], [operation], [appended('b', 1)])).toEqual([
    'one operation_log',
    'one operations',
    'one operation_log',
  ]);
  expect(merge([tenant('a')], [operation], [tenant('b')])).toEqual([
    'many tenants',
    'one operations',
  ]);
});

test('conditions with nulls are asked one by one', () => {
  const free: Change = { kind: 'require-none', of: 'events', where: { position: null }, otherwise };
  expect(merge([free], [free])).toEqual(['one events', 'one events']);
});
