/** The library: workflows about nodes. */
import { describe, expect, test } from '@jest/globals';
import { statusesOf, useLibrary } from './use-library.ts';

const library = useLibrary();
const { bench, start, run, endOf, vote, makeVms, vmOf } = library;

const nodeNamed = async (name: string | null) => {
  const { items } = await bench().expectOk('node.list', {});
  const node = items.find((each) => each.name === name);
  if (node === undefined) throw new Error(`${name} is a node`);
  return node;
};

describe('drain-node', () => {
  test('moves the VMs off, and returns the node once the work is done', async () => {
    const [vm] = await makeVms('web');
    if (vm === undefined) throw new Error('there is one');
    const { id: node_id } = await nodeNamed(vm.node);
    const id = await start('drain-node', { node_id });
    await bench().advance(60_000);
    expect(await nodeNamed(vm.node)).toMatchObject({ status: 'maintenance' });
    const moved = await vmOf(vm.id);
    expect(moved.status).toBe('running');
    expect(moved.node).not.toBe(vm.node);
    await vote(id, 'approve');
    expect(await endOf(id)).toMatchObject({ status: 'succeeded' });
    expect(await nodeNamed(vm.node)).toMatchObject({ status: 'ready' });
  });

  test('leaves the node out of service where its work is not done', async () => {
    const { id: node_id } = await nodeNamed('node-a');
    const id = await start('drain-node', { node_id });
    await vote(id, 'deny');
    const ended = await endOf(id);
    expect([ended.status, statusesOf(ended)]).toEqual([
      'stopped',
      ['look succeeded', 'drain succeeded', 'work failed', 'return waiting'],
    ]);
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance' });
  });

  test('moves nothing where the VMs have no room on other nodes', async () => {
    const big = { cpu_cores: 7, memory_gb: 14, disk_gb: 20 };
    for (const name of ['a', 'b', 'c']) {
      await bench().end((await bench().expectOk('vm.create', { name, ...big })).operation);
    }
    const [vm] = (await bench().expectOk('vm.list', {})).items;
    if (vm === undefined) throw new Error('there are three');
    const ended = await run('drain-node', { node_id: (await nodeNamed(vm.node)).id });
    expect([ended.status, ended.steps[1]?.status]).toEqual(['failed', 'failed']);
    expect(await nodeNamed(vm.node)).toMatchObject({ status: 'ready' });
    expect(await vmOf(vm.id)).toMatchObject({ status: 'running', node: vm.node });
  });
});
