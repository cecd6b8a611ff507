import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

const bench = useBench();

async function makeGroup(name: string) {
  const made = await bench().expectOk('vm_group.create', {
    name,
    vm: SIZE,
    min_size: 2,
    max_size: 4,
  });
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  return bench().expectOk('vm_group.get', { id: made.resource.id });
}

async function vms() {
  const { items } = await bench().expectOk('vm.list', {});
  return items.map(({ id, name }) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('a renamed VM group', () => {
  test('renames its members in place, and names new ones after itself', async () => {
    const group = await makeGroup('web');
    const ids = (await vms()).map(({ id }) => id);
    const change = { id: group.id, name: 'shop', min_size: 3 };
    const { operation } = await bench().expectOk('vm_group.update', change);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded', problem: null });
    const after = await vms();
    expect(after.map(({ name }) => name)).toEqual(['shop-1', 'shop-2', 'shop-3']);
    expect(after.slice(0, 2).map(({ id }) => id)).toEqual(ids);
    expect(await bench().expectOk('vm_group.get', { id: group.id })).toMatchObject({
      name: 'shop',
      status: 'ready',
      member_ids: after.map(({ id }) => id),
    });
    // The old names are free.
    await makeGroup('web');
  });

  test('names the members that it replaces after itself, too', async () => {
    const group = await makeGroup('web');
    const change = { id: group.id, name: 'shop', vm: { ...SIZE, disk_gb: 2 } };
    const { operation } = await bench().expectOk('vm_group.update', change);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded', problem: null });
    expect((await vms()).map(({ name }) => name)).toEqual(['shop-1', 'shop-2']);
  });

  test('is refused the name of another group, and one whose members exist already', async () => {
    const group = await makeGroup('web');
    await makeGroup('shop');
    const made = await bench().expectOk('vm.create', { ...SIZE, name: 'lone-2' });
    await bench().end(made.operation);
    const refused = (name: string) =>
      bench().expectProblem('vm_group.update', { id: group.id, name });
    expect(await refused('shop')).toMatchObject({ code: 'name-taken' });
    expect(await refused('lone')).toMatchObject({
      code: 'name-taken',
      fields: [{ path: ['name'] }],
    });
    expect((await vms()).map(({ name }) => name)).toContain('web-1');
  });
});
