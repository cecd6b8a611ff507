import { expect, test } from '@jest/globals';
import type { Change } from '../../../ports/store.ts';
import { compileChange } from '../sql/compile-change.ts';
import { nodeRow, operationRow, ROW_OF_EACH_TABLE, refusal, tenantRow } from '../suite/rows.ts';
import { makePostgresBuilder } from './make-postgres-builder.ts';
import { mergeStatements, toReferences } from './merge-statements.ts';
import { toTextArray } from './to-array.ts';

const sql = makePostgresBuilder();
const otherwise = refusal('refused');
const REFERENCES = toReferences([{ child: 'allocations', parent: 'nodes' }]);

function owned(id: string, fence = 1): Change {
  return { kind: 'update', table: 'operations', id, set: {}, expect: { fence }, otherwise };
}

function absent(id: string, owner: string): Change {
  const where = { id, owner: { not: owner } };
  return { kind: 'require-none', of: 'operations', where, otherwise };
}

function admitted(id: string): Change {
  return { kind: 'insert', into: 'operations', row: operationRow(id), otherwise };
}

function ended(id: string): Change {
  return { kind: 'update', table: 'operations', id, set: { status: 'succeeded' }, otherwise };
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
    return `${/json_populate_recordset|unnest\(|= any\(/.test(text) ? 'many' : 'one'} ${table}`;
  });
}

test('the steps of many operations are two statements', () => {
  const steps = ['a', 'b', 'c'].map((id) => [owned(id), appended(id, 1), appended(id, 2)]);
  expect(merge(...steps)).toEqual(['many operations', 'many operation_log']);
});

test('what is asked of rows by their ids is asked once for each thing that is wanted', () => {
  const asked = (changes: readonly Change[]) =>
    mergeStatements(
      changes.map((change) => [compileChange(sql, change)]),
      REFERENCES,
    ).map(({ parameters }) => parameters);
  expect(asked([owned('a'), owned('b', 2), owned('c'), owned('d', 2), owned('a')])).toEqual([
    [toTextArray(['a', 'c']), 2, 1],
    [toTextArray(['b', 'd']), 2, 2],
  ]);
  expect(asked([absent('a', 'x'), absent('b', 'y'), absent('c', 'x')])).toEqual([
    [toTextArray(['a', 'c']), 'x'],
    [toTextArray(['b']), 'y'],
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

test('a change stays behind a look at its row, and what sets what it expects stays alone', () => {
  const free: Change = { kind: 'require-none', of: 'events', where: { id: 'b' }, otherwise };
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

test('a rule that comes to be stays apart from rows that are added as such', () => {
  const row = { id: 'a', version: 1 };
  const added: Change = { kind: 'insert', into: 'rule_versions', row, otherwise };
  const moved: Change = { kind: 'move-rule', rule: 'b', from: 0, otherwise };
  const apart = ['one rule_versions', 'one rule_versions'];
  expect(merge([added], [moved])).toEqual(apart);
  expect(merge([moved], [added])).toEqual(apart);
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

test('a look at a row stays behind what was written to it, whatever comes of other rows', () => {
  expect(merge([owned('a')], [ended('b')], [owned('b')])).toEqual([
    'one operations',
    'one operations',
    'one operations',
  ]);
  expect(merge([owned('a')], [ended('b')], [owned('c')])).toEqual([
    'many operations',
    'one operations',
  ]);
  const unknown: Change = {
    kind: 'require-none',
    of: 'operations',
    where: { target_id: 'x' },
    otherwise,
  };
  expect(merge([ended('a')], [unknown], [ended('b')])).toEqual([
    'one operations',
    'one operations',
    'one operations',
  ]);
});

test('operations that begin, go on and end share statements', () => {
  const step = (id: string) => [owned(id), appended(id, 1)];
  const end = (id: string) => [owned(id), appended(id, 1), ended(id)];
  const groups = [step('a'), [admitted('n')], end('b'), step('c'), [admitted('m')], step('d')];
  expect(merge(...groups)).toEqual([
    'many operations',
    'many operation_log',
    'one operations',
    'one operations',
    'one operations',
  ]);
});

test('rows stay behind the rows that they refer to', () => {
  const node: Change = { kind: 'insert', into: 'nodes', row: nodeRow('n'), otherwise };
  const row = ROW_OF_EACH_TABLE.allocations;
  const allocated: Change = { kind: 'insert', into: 'allocations', row, otherwise };
  expect(merge([allocated], [node], [allocated])).toEqual([
    'one allocations',
    'one nodes',
    'one allocations',
  ]);
  expect(merge([node], [allocated], [node])).toEqual(['one nodes', 'one allocations', 'one nodes']);
  expect(merge([tenant('a')], [node], [tenant('b')])).toEqual(['many tenants', 'one nodes']);
});

test('conditions with nulls are asked one by one', () => {
  const free: Change = { kind: 'require-none', of: 'events', where: { position: null }, otherwise };
  expect(merge([free], [free])).toEqual(['one events', 'one events']);
});
