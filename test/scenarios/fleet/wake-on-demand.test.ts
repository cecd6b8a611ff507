/** A VM that no node in service can hold wakes one that is on standby. */
import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Fills a node. */
const WHOLE = { ...SMALL_VM, cpu_cores: 8 } as const;

describe('a VM that no node in service can hold', () => {
  const bench = useBench();

  async function nodeNamed(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [node] = items;
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  async function putToStandby(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const { id } = await nodeNamed(name);
      await bench().expectOk('node.drain', { id });
      const { operation } = await bench().expectOk('node.powerdown', { id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
  }

  async function create(more: Partial<InputOf<'vm.create'>>) {
    const { resource, operation } = await bench().expectOk('vm.create', { ...WHOLE, ...more });
    return { vm: resource, ended: await bench().end(operation) };
  }

  const powerUps = () =>
    bench().store.read({ from: 'operations', where: { kind: 'node.powerup' } });

  test('wakes a node on standby in the first step of its creation, as its plan says', async () => {
    await putToStandby('node-c');
    for (const name of ['one', 'two']) {
      const { ended } = await create({ name });
      expect(ended.steps.map((step) => step.name)).toEqual(['create', 'start']);
    }
    const line = 'wakes node-c from standby, since no node that is awake can hold it';
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      session: 'plan-of-three',
      unknown: [],
      input: { ...WHOLE, name: 'three' },
    });
    expect(preview.placement_preview).toMatchObject({ node: 'node-c' });
    expect(preview.placement_preview?.explanation[0]).toBe(line);
    expect(await nodeNamed('node-c')).toMatchObject({ status: 'standby', power: 'off' });

    const { vm, ended } = await create({ name: 'three' });
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(ended.steps.map((step) => step.name)).toEqual(['wake-node-c', 'create', 'start']);
    expect(await nodeNamed('node-c')).toMatchObject({ status: 'ready', power: 'on', vm_count: 1 });
    const why = await bench().expectOk('placement.explain', { id: vm.id });
    expect(why.explanation[0]).toBe(line);
    expect((await bench().expectProblem('vm.create', { ...WHOLE, name: 'four' })).code).toBe(
      'no-capacity',
    );
  });

  test('shares the node that is being woken with others that come meanwhile', async () => {
    await putToStandby('node-b', 'node-c');
    await create({ name: 'full' });
    const half = { ...WHOLE, cpu_cores: 4 };
    const both = await Promise.all(
      ['one', 'two'].map((name) => bench().expectOk('vm.create', { ...half, name })),
    );
    for (const { operation } of both) {
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    expect(await powerUps()).toHaveLength(1);
    const homes = both.map(({ resource }) => bench().expectOk('vm.get', { id: resource.id }));
    expect(new Set((await Promise.all(homes)).map(({ node }) => node)).size).toBe(1);
  });

  test('is taken back where the node does not wake, and the next one is woken for it', async () => {
    await putToStandby('node-b', 'node-c');
    await create({ name: 'full' });
    const drivers = ['node-b', 'node-c'].map((name) => bench().fleet.drivers.get(name));
    for (const each of drivers) each?.faults.add({ action: 'power-on', kind: 'fail-final' });
    const { ended } = await create({ name: 'late' });
    expect(ended).toMatchObject({ status: 'failed' });
    const [first] = await powerUps();
    const broken = String(first?.target_name);
    expect(ended.problem?.detail).toContain(`node ${broken} did not wake from standby`);
    expect(await nodeNamed(broken)).toMatchObject({ status: 'maintenance', vm_count: 0 });
    for (const each of drivers) each?.faults.clear();
    const { ended: again } = await create({ name: 'late' });
    expect(again).toMatchObject({ status: 'succeeded' });
    const [vm] = (await bench().expectOk('vm.list', { name: 'late' })).items;
    expect(vm?.node).not.toBe(broken);
    expect(vm?.node).not.toBe('node-a');
  });

  test('is refused where the node cannot be switched on, and says what can be done', async () => {
    await putToStandby('node-c');
    const { id } = await nodeNamed('node-c');
    const [row] = await bench().store.read({ from: 'nodes', where: { id } });
    if (row === undefined) throw new Error('the node is there');
    const capabilities_json = JSON.stringify({
      ...JSON.parse(row.capabilities_json),
      nodePower: 'no',
    });
    await bench().store.commit([
      { kind: 'put', into: 'nodes', row: { ...row, capabilities_json } },
    ]);
    for (const name of ['one', 'two']) await create({ name });
    const refused = await bench().expectProblem('vm.create', { ...WHOLE, name: 'three' });
    expect(refused.detail).toContain('1 node on standby could hold it: ');
    expect(refused.detail).toContain(
      'novacron node powerup node-c (node activate where it is on).',
    );
  });
});
