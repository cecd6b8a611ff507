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

function placed(id: string, position: number): Change {
  const expect = { position: null };
  return { kind: 'update', table: 'events', id, set: { position }, expect, otherwise };
}

function merge(...sets: readonly Change[][]): string[] {
  const compiled = sets.map((set) => set.map((change) => compileChange(sql, change)));
  return mergeStatements(compiled, REFERENCES).map(({ sql: text }) => {
    const table = /(?:from|into|update|null::) ?"(\w+)"/.exec(text)?.[1] ?? '?';
    return `${/json_populate_recordset|= any\(/.test(text) ? 'many' : 'one'} ${table}`;
  });
}

test('the steps of many operations are two statements', () => {
  const steps = ['a', 'b', 'c'].map((id) => [owned(id), appended(id, 1), appended(id, 2)]);
  expect(merge(...steps)).toEqual(['many operations', 'many operation_log']);
});

test('what is asked of rows by their ids is asked once for each thing that is wanted', () => {
  const steps = [owned('a'), owned('b', 2), owned('c'), owned('d"\\', 2)];
  const compiled = steps.map((change) => [compileChange(sql, change)]);
  expect(mergeStatements(compiled, REFERENCES).map(({ parameters }) => parameters)).toEqual([
    ['{"a","c"}', 1],
    ['{"b","d\\"\\\\"}', 2],
  ]);
});

test('like changes of rows are one statement, unless a row is changed again', () => {
  expect(merge([placed('a', 1), placed('b', 2)], [owned('x')], [placed('c', 3)])).toEqual([
    'many events',
    'one operations',
  ]);
  expect(merge([placed('a', 1)], [placed('b', 2), placed('b', 3)], [placed('c', 4)])).toEqual([
    'many events',
    'many events',
  ]);
});

test('a change stays behind a look at its table, and what sets what it expects stays alone', () => {
  const free: Change = { kind: 'require-none', of: 'events', where: { id: 'c' }, otherwise };
  expect(merge([placed('a', 1)], [free], [placed('b', 2)])).toEqual([
    'one events',
    'one events',
    'one events',
  ]);
  const moved = (id: string): Change => {
    const expect = { version: 1 };
    return { kind: 'update', table: 'rule_versions', id, set: { version: 2 }, expect, otherwise };
  };
  expect(merge([moved('a')], [moved('b')])).toEqual(['one rule_versions', 'one rule_versions']);
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
