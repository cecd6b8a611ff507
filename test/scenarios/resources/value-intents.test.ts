import { describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { temporaryName } from '@novacron/contract/schema/resource';
import { desiredOf, desiredRevisionOf } from '@novacron/server/app/rows/answer-resource';
import type { Store } from '@novacron/server/ports/store';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SESSION = 'session-1';

/**
 * Wraps a store, so that something happens before intents are read by a column.
 * @param take - returns what happens, and nothing from then on
 */
function interruptReads(column: string, take: () => (() => Promise<void>) | undefined) {
  return (store: Store): Store => ({
    ...store,
    read: async (query) => {
      const isOfIntents = query.from === 'value_intents' && column in (query.where ?? {});
      if (isOfIntents) await take()?.();
      return store.read(query);
    },
  });
}

describe('a rename of a plan', () => {
  const bench = useBench();

  async function made(name: string): Promise<string> {
    const { resource } = await bench().expectOk('vm.create', { ...SMALL_VM, name });
    await bench().endAll();
    return resource.id;
  }

  const preview = (operation: 'vm.update' | 'vm.delete', input: object, session = SESSION) =>
    bench().expectOk('admission.preview', { operation, input: { ...input }, session });

  const rename = (id: string, name: string) =>
    bench().call('vm.update', { id: id as VmId, name }, { client: 'terraform' });

  async function namesById() {
    const { items } = await bench().expectOk('vm.list', {});
    return Object.fromEntries(items.map(({ id, name }) => [id, name]));
  }

  test('takes the name of a VM that the plan deletes, which is deleted afterwards', async () => {
    const [first, second] = [await made('a'), await made('b')];
    await preview('vm.delete', { id: second });
    await preview('vm.update', { id: first, name: 'b' });
    expect(await bench().store.read({ from: 'value_intents' })).toMatchObject([
      { id: first, leaves_json: '["name/vm/a"]', takes_json: '["name/vm/b"]', session: SESSION },
      { id: second, leaves_json: '["name/vm/b"]', takes_json: '[]', session: SESSION },
    ]);
    expect(await rename(first, 'b')).toMatchObject({ ok: true });
    const temporary = temporaryName('b', second);
    expect(await namesById()).toEqual({ [first]: 'b', [second]: temporary });
    const { items } = await bench().expectOk('audit.list', { resource_id: second, limit: 1 });
    expect(items).toMatchObject([
      { operation: 'vm.update', changes: { name: { was: 'b', is: temporary } } },
    ]);
  });

  test.each([
    ['without an intent', async () => undefined],
    [
      'of another plan',
      async (first: string, second: string) => {
        await preview('vm.update', { id: second, name: 'c' }, 'session-2');
        await preview('vm.update', { id: first, name: 'b' });
      },
    ],
    [
      'that was changed since its plan',
      async (first: string, second: string) => {
        await preview('vm.update', { id: second, name: 'c' });
        await preview('vm.update', { id: first, name: 'b' });
        const metadata = { owner: 'ops' };
        await bench().expectOk('vm.update', { id: second as VmId, metadata });
        await bench().endAll();
      },
    ],
    [
      'whose plan has expired',
      async (first: string, second: string) => {
        await preview('vm.update', { id: second, name: 'c' });
        await preview('vm.update', { id: first, name: 'b' });
        const rows = await bench().store.read({ from: 'value_intents' });
        const put = (row: (typeof rows)[number]) =>
          ({ kind: 'put', into: 'value_intents', row: { ...row, created_at_ms: 0 } }) as const;
        await bench().store.commit(rows.map(put));
      },
    ],
  ])('is refused onto the name of a holder %s', async (_name, prepare) => {
    const [first, second] = [await made('a'), await made('b')];
    await prepare(first, second);
    expect(await rename(first, 'b')).toMatchObject({ ok: false, error: { code: 'name-taken' } });
    expect(await namesById()).toEqual({ [first]: 'a', [second]: 'b' });
  });

  test('stores nothing for a caller who may not make it', async () => {
    const id = await made('a');
    const viewer = { ...bench().admin, role: 'viewer' } as const;
    const asked = { operation: 'vm.update', input: { id, name: 'b' }, session: SESSION } as const;
    await bench().call('admission.preview', asked, { principal: viewer });
    expect(await bench().store.read({ from: 'value_intents' })).toEqual([]);
  });
});

describe('a planned update whose object loses a second value meanwhile', () => {
  let beforeIntent: (() => Promise<void>) | undefined;
  const wrapStore = interruptReads('planned_revision', () => {
    const meanwhile = beforeIntent;
    beforeIntent = undefined;
    return meanwhile;
  });
  const bench = useBench({ wrapStore });

  test('is made', async () => {
    const ids: VmId[] = [];
    for (const name of ['a', 'b']) {
      const { resource } = await bench().expectOk('vm.create', { ...SMALL_VM, name });
      await bench().endAll();
      ids.push(resource.id);
    }
    const [first = '', second = ''] = ids;
    const changes = [
      { id: second, name: 'c' },
      { id: first, name: 'b' },
    ];
    for (const input of changes) {
      const asked = { operation: 'vm.update', input, session: SESSION } as const;
      await bench().expectOk('admission.preview', asked);
    }
    const { desired_revision } = await bench().expectOk('vm.get', { id: second as VmId });
    const taken = { id: first as VmId, name: 'b' };
    expect(await bench().call('vm.update', taken, { client: 'terraform' })).toMatchObject({
      ok: true,
    });
    await bench().endAll();

    const where = { id: second };
    beforeIntent = async () => {
      const { store } = bench();
      const [row] = await store.read({ from: 'vms', where });
      const [intent] = await store.read({ from: 'value_intents', where });
      if (row === undefined || intent === undefined) throw new Error('both are stored');
      const desired_json = JSON.stringify({ ...desiredOf(row), name: 'd' });
      const moved = { ...row, name: 'd', desired_json, revision: row.revision + 1 };
      const known = { ...intent, desired_revision: desiredRevisionOf(moved) };
      await store.commit([
        { kind: 'put', into: 'vms', row: moved },
        { kind: 'put', into: 'value_intents', row: known },
      ]);
    };
    const planned = { id: second as VmId, name: 'c', if_desired_revision: desired_revision };
    expect(await bench().call('vm.update', planned, { client: 'terraform' })).toMatchObject({
      ok: true,
    });
    expect(beforeIntent).toBeUndefined();
  });
});

describe('a planned update that takes the address of a VM which gives it up meanwhile', () => {
  let beforeMove: (() => Promise<void>) | undefined;
  const wrapStore = interruptReads('session', () => {
    const meanwhile = beforeMove;
    beforeMove = undefined;
    return meanwhile;
  });
  const bench = useBench({ wrapStore });

  test('does not move it again', async () => {
    const { resource: network } = await bench().expectOk('network.create', {
      name: 'net',
      cidr: '10.0.0.0/24',
    });
    await bench().endAll();
    const ids: VmId[] = [];
    for (const ip_address of ['10.0.0.10', '10.0.0.20']) {
      const vm = { ...SMALL_VM, name: `m-${ids.length}`, network_id: network.id, ip_address };
      ids.push((await bench().expectOk('vm.create', vm)).resource.id);
      await bench().endAll();
    }
    const [taking = '' as VmId, holder = '' as VmId] = ids;
    const change = { id: taking, ip_address: '10.0.0.20' };
    const leave = { id: holder, ip_address: '10.0.0.30' };
    for (const input of [change, leave]) {
      const asked = { operation: 'vm.update', input, session: SESSION } as const;
      await bench().expectOk('admission.preview', asked);
    }

    beforeMove = async () => {
      await bench().expectOk('vm.update', leave, { client: 'terraform' });
      await bench().endAll();
    };
    expect(await bench().call('vm.update', change, { client: 'terraform' })).toMatchObject({
      ok: true,
    });
    await bench().endAll();
    expect(beforeMove).toBeUndefined();
    expect(await bench().expectOk('vm.get', { id: holder })).toMatchObject(leave);
    expect(await bench().expectOk('vm.get', { id: taking })).toMatchObject(change);
  });
});
