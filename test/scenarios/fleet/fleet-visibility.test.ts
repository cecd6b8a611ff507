import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

describe('the fleet as a tenant sees it', () => {
  const bench = useBench();

  async function otherTenant() {
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return { principal: found.value };
  }

  test('has every node and its size, and of what is held there the own VMs only', async () => {
    const as = await otherTenant();
    await makeVm(bench(), { name: 'mine', placement: { node: 'node-a' } });
    const asked = { name: 'theirs', cpu_cores: 1, memory_gb: 2, disk_gb: 10 };
    const placement = { node: 'node-a' };
    const made = await bench().expectOk('vm.create', { ...asked, placement }, as);
    await bench()
      .end(made.operation)
      .catch(() => undefined);
    await bench().endAll();
    const all = await bench().expectOk('node.list', {});
    const theirs = await bench().expectOk('node.list', {}, as);
    const shape = (nodes: typeof all) => nodes.items.map(({ name, capacity }) => [name, capacity]);
    expect(shape(theirs)).toEqual(shape(all));
    const heldIn = ({ items }: typeof all) =>
      items.map(({ name, allocated, vm_count }) => `${name} ${allocated.cpu_cores} ${vm_count}`);
    expect(heldIn(all)).toEqual(['node-a 3 2', 'node-b 0 0', 'node-c 0 0']);
    expect(heldIn(theirs)).toEqual(['node-a 1 1', 'node-b 0 0', 'node-c 0 0']);
    const [node] = theirs.items;
    if (node === undefined) throw new Error('there is no node');
    expect(await bench().expectOk('node.get', { id: node.id }, as)).toEqual(node);
  });
});
