/** Lists of what happened, from either end: nothing twice, nothing left out. */
import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

/** VMs, deleted again but for the last one. */
async function live(): Promise<void> {
  for (const name of ['a', 'b', 'c']) {
    const vm = await makeVm(bench(), { name });
    if (name === 'c') continue;
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
  }
  await bench().advance(100);
}

type Order = 'oldest' | 'newest';

async function operationsBy(order: Order, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bench().expectOk('operation.list', { order, limit, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

describe('operations', () => {
  test('come from either end, with cursors that go on the same way', async () => {
    await live();
    const upwards = await operationsBy('oldest', 2);
    expect(upwards).toHaveLength(5);
    expect(upwards).toEqual(upwards.toSorted());
    expect(await operationsBy('newest', 2)).toEqual(upwards.toReversed());
    const { items } = await bench().expectOk('operation.list', {});
    expect(items.map(({ id }) => id)).toEqual(upwards);
  });

  test('that come meanwhile, or are forgotten, disturb no page', async () => {
    await live();
    const upwards = await operationsBy('oldest', 100);
    const order = 'newest';
    const first = await bench().expectOk('operation.list', { order, limit: 2 });
    await makeVm(bench(), { name: 'later' });
    const cursor = first.next_cursor ?? '';
    const [id = ''] = cursor.split('.');
    const otherwise = { ...UNEXPECTED, detail: `${id} is there` };
    await bench().store.commit([{ kind: 'delete', from: 'operations', id, otherwise }]);
    const rest = await bench().expectOk('operation.list', { order, limit: 9, cursor });
    const seen = [...first.items, ...rest.items].map(({ id }) => id);
    expect(seen).toEqual(upwards.toReversed());
  });

  test('are found by their status, also of one resource', async () => {
    await live();
    const vm = await makeVm(bench(), { name: 'd' });
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 });
    const running = await bench().expectOk('operation.list', { status: 'running' });
    expect(running.items.map(({ id }) => id)).toEqual([operation.id]);
    const status = 'succeeded';
    const own = await bench().expectOk('operation.list', { status, target_id: vm.id });
    expect(own.items).toMatchObject([{ kind: 'vm.create', status }]);
    await bench().end(operation);
    expect(await bench().expectOk('operation.list', { status: 'running' })).toMatchObject({
      items: [],
    });
  });
});

describe('events', () => {
  test('come from either end, between two positions', async () => {
    await live();
    const { items } = await bench().expectOk('event.list', {});
    const positions = items.map(({ position }) => position);
    const shown = async (input: Parameters<typeof ask>[0]) => (await ask(input)).positions;
    expect(await shown({ order: 'newest' })).toEqual(positions.toReversed());
    expect(await shown({ order: 'newest', after_position: 3, before_position: 6 })).toEqual([5, 4]);
    expect(await shown({ order: 'oldest', after_position: 3, before_position: 6 })).toEqual([4, 5]);
    expect(await shown({ before_position: 3 })).toEqual([1, 2]);
    const page = await ask({ order: 'newest', limit: 2 });
    expect(page.last_position).toBe(page.positions[1]);
    const next = await ask({ order: 'newest', limit: 2, before_position: page.last_position });
    expect([...page.positions, ...next.positions]).toEqual(positions.toReversed().slice(0, 4));
  });

  test('from before the oldest are none, and those behind them are forgotten', async () => {
    await live();
    const [oldest] = await bench().store.read({ from: 'events', where: { position: 1 } });
    const otherwise = { ...UNEXPECTED, detail: 'it is there' };
    const id = oldest?.id ?? '';
    await bench().store.commit([{ kind: 'delete', from: 'events', id, otherwise }]);
    expect(await ask({ order: 'newest', before_position: 2 })).toEqual({
      positions: [],
      last_position: 2,
    });
    const problem = await bench().expectProblem('event.list', {
      order: 'newest',
      after_position: 0,
    });
    expect(problem.code).toBe('resume-expired');
  });
});

const UNEXPECTED = { code: 'internal', remedy: '', fields: [], data: {} } as const;

interface Asked {
  readonly order?: Order;
  readonly limit?: number;
  readonly after_position?: number;
  readonly before_position?: number;
}

async function ask(input: Asked) {
  const { items, last_position } = await bench().expectOk('event.list', input);
  return { positions: items.map(({ position }) => position), last_position };
}
