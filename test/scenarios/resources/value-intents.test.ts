import { describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { temporaryName } from '@novacron/contract/schema/resource';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SESSION = 'session-1';

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
