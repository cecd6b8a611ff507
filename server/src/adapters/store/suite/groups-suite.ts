/** Change sets that arrive together: all or nothing each, in order, one after another. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { GROUP_STATEMENTS_MAX } from '../group-commit/group-writer.ts';
import {
  commitAll,
  commitTogether,
  eventRow,
  nodeRow,
  operationRow,
  outcomeOf,
  refusal,
  tenantRow,
} from './rows.ts';

const otherwise = refusal('refused');

/** Declares the tests of sets that are committed together. */
export function describeGroups(current: () => Store): void {
  describe('sets committed together', () => {
    describeOrder(current);
    describeRaces(current);
    describeAnswers(current);
  });
}

function describeOrder(current: () => Store): void {
  it('go through around one whose guard fails, which leaves nothing behind', async () => {
    const store = current();
    const insert = (id: string): ChangeSet => [
      { kind: 'insert', into: 'tenants', row: tenantRow(id), otherwise },
    ];
    const outcomes = await commitTogether(store, [
      insert('a'),
      [...insert('b'), ...insert('c'), ...insert('a')],
      insert('b'),
      insert('b'),
      [],
    ]);
    expect(outcomes).toEqual(['done', 'refused', 'done', 'refused', 'done']);
    expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('a'), tenantRow('b')]);
  });

  it('keep what each of many like ones holds, whatever text or number it is', async () => {
    const store = current();
    const texts = ['', '"quoted"', '{"a":"b\\\\c"}', "it's", 'NULL', '{1,2}', 'Zürich → 東京 🚀'];
    const rows = texts.map((data_json, index) => ({
      ...eventRow(`e${index}`, index % 2 === 0 ? null : index),
      data_json,
      target: 'x'.repeat(index * 100),
      at_ms: Number.MAX_SAFE_INTEGER - index,
    }));
    await commitTogether(
      store,
      rows.map((row) => [{ kind: 'insert', into: 'events', row, otherwise }]),
    );
    expect(await store.read({ from: 'events' })).toEqual(rows);
    const changed = rows.map((row) => ({ ...row, data_json: `${row.data_json}!`, position: null }));
    const update = ({ id, data_json }: (typeof rows)[number], index: number): ChangeSet => {
      const expect = { data_json: texts[index] ?? '' };
      return [
        {
          kind: 'update',
          table: 'events',
          id,
          set: { data_json, position: null },
          expect,
          otherwise,
        },
      ];
    };
    await commitTogether(store, changed.map(update));
    expect(await store.read({ from: 'events' })).toEqual(changed);
  });

  it('look at rows before and after others of them change those', async () => {
    const store = current();
    await commitAll(store, [
      ...['a', 'b', 'c'].map((id) => {
        return { kind: 'insert', into: 'operations', row: operationRow(id), otherwise } as const;
      }),
    ]);
    const look = (id: string, fence: number): ChangeSet => [
      { kind: 'update', table: 'operations', id, set: {}, expect: { fence }, otherwise },
    ];
    const claim = (id: string, fence: number): ChangeSet => [
      { kind: 'update', table: 'operations', id, set: { fence }, otherwise },
    ];
    const { fence } = operationRow('a');
    const through = [
      look('a', fence),
      claim('b', 7),
      look('c', fence),
      look('a', fence),
      look('b', 7),
    ];
    expect(await commitTogether(store, through)).toEqual(through.map(() => 'done'));
    const outcomes = await commitTogether(store, [
      look('a', fence),
      claim('a', 8),
      look('a', fence),
      look('gone', fence),
      look('c', fence),
    ]);
    expect(outcomes).toEqual(['done', 'done', 'refused', 'refused', 'done']);
  });

  it('change rows that others of them inserted or changed before', async () => {
    const store = current();
    const insert = (id: string): ChangeSet => [
      { kind: 'insert', into: 'tenants', row: tenantRow(id), otherwise },
    ];
    const rename = (id: string, name: string, expected: string): ChangeSet => [
      { kind: 'update', table: 'tenants', id, set: { name }, expect: { id: expected }, otherwise },
    ];
    const renames = [
      insert('a'),
      insert('b'),
      rename('a', 'first', 'a'),
      rename('b', 'other', 'b'),
      rename('a', 'last', 'a'),
    ];
    expect(await commitTogether(store, renames)).toEqual(renames.map(() => 'done'));
    const names = async () => (await store.read({ from: 'tenants' })).map(({ name }) => name);
    expect(await names()).toEqual(['last', 'other']);
    const outcomes = await commitTogether(store, [
      rename('b', 'later', 'b'),
      rename('a', 'never', 'b'),
      rename('c', 'never', 'c'),
    ]);
    expect(outcomes).toEqual(['done', 'refused', 'refused']);
    expect(await names()).toEqual(['last', 'later']);
  });

  it('are written in the order of the calls, also when they fill several groups', async () => {
    const store = current();
    const sets = Array.from(
      { length: GROUP_STATEMENTS_MAX + 10 },
      (_, from): ChangeSet => [
        { kind: 'move-rule', rule: 'r', from, otherwise: refusal(`not at ${from}`) },
      ],
    );
    const outcomes = await commitTogether(store, sets);
    expect(outcomes.filter((outcome) => outcome !== 'done')).toEqual([]);
    expect(await store.read({ from: 'rule_versions' })).toEqual([
      { id: 'r', version: sets.length },
    ]);
  });
}

function describeRaces(current: () => Store): void {
  it('let one of two decisions by the same rule win, whose changes alone are made', async () => {
    const store = current();
    await commitAll(store, [{ kind: 'move-rule', rule: 'r', from: 0, otherwise }]);
    const decide = (id: string): ChangeSet => [
      { kind: 'put', into: 'tenants', row: tenantRow(id) },
      { kind: 'move-rule', rule: 'r', from: 1, otherwise },
    ];
    expect(await commitTogether(store, [decide('a'), decide('b'), decide('c')])).toEqual([
      'done',
      'refused',
      'refused',
    ]);
    expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
  });

  it('never take more of a node than it has', async () => {
    const store = current();
    await commitAll(store, [{ kind: 'put', into: 'nodes', row: nodeRow('n', { cpu_cores: 10 }) }]);
    const ask: ChangeSet = [
      {
        kind: 'add',
        table: 'nodes',
        id: 'n',
        by: [{ column: 'cpu_cores_used', amount: 3, limit: 'cpu_cores' }],
        otherwise,
      },
    ];
    const outcomes = await commitTogether(store, [ask, ask, ask, ask, ask]);
    expect(outcomes).toEqual(['done', 'done', 'done', 'refused', 'refused']);
    expect(await store.read({ from: 'nodes' })).toEqual([
      nodeRow('n', { cpu_cores: 10, cpu_cores_used: 9 }),
    ]);
  });
}

function describeAnswers(current: () => Store): void {
  it('can be read as soon as they are answered', async () => {
    const store = current();
    const seen = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => {
        await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow(id) }]);
        return await store.read({ from: 'tenants', where: { id } });
      }),
    );
    expect(seen).toEqual([[tenantRow('a')], [tenantRow('b')], [tenantRow('c')]]);
  });

  it('are written before the store closes, and none is taken afterwards', async () => {
    const store = current();
    const last = store.commit([{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
    const closing = store.close();
    const late = store.commit([{ kind: 'put', into: 'tenants', row: tenantRow('b') }]);
    await closing;
    expect(outcomeOf(await last)).toBe('done');
    expect(await late).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: 'The server is stopping and accepts no more changes.',
        remedy: 'Send the request again when the server is available.',
      },
    });
    await store.close();
  });
}
