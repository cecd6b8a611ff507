import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('the power of nodes', () => {
  const bench = useBench();

  async function nodeNamed(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [node] = items;
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  async function drain(id: NodeId): Promise<void> {
    const { operation } = await bench().expectOk('node.drain', { id });
    if (operation !== undefined) await bench().end(operation);
  }

  async function change(name: 'node.powerdown' | 'node.powerup', id: NodeId) {
    const { operation } = await bench().expectOk(name, { id });
    return bench().end(operation);
  }

  test('a drained node is switched off, holds nothing meanwhile, and comes back', async () => {
    const { id } = await nodeNamed('node-a');
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'ready', power: 'on' });
    const early = await bench().expectProblem('node.powerdown', { id });
    expect(early).toMatchObject({
      code: 'conflict',
      detail: 'Node node-a is ready and has 0 VMs: it is not drained.',
      remedy: 'Drain it first: novacron node drain node-a',
    });
    await drain(id);
    expect(await change('node.powerdown', id)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'power-off-node-a' }],
    });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'standby', power: 'off' });
    const closed = await bench().expectProblem('node.activate', { id });
    expect(closed).toMatchObject({
      detail: 'Node node-a is powered off.',
      remedy: expect.stringContaining('novacron node powerup node-a'),
    });
    const placement = { node: 'node-a' };
    const room = { ...SMALL_VM, name: 'room', placement, ttl_seconds: 60 };
    const refused = await bench().expectProblem('reservation.create', room);
    expect(refused.detail).toContain('1 node on standby could hold it: ');
    expect(refused.detail).toContain(
      'novacron node powerup node-a (node activate where it is on).',
    );
    await bench().advance(60_000);
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'standby', power: 'off' });
    expect(await change('node.powerup', id)).toMatchObject({ status: 'succeeded' });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'ready', power: 'on' });
    expect(await makeVm(bench(), { placement })).toMatchObject({ node: 'node-a' });
  });

  test('the last ready node of a zone stays on while rules of VMs need the zone', async () => {
    const vm = await makeVm(bench(), { placement: { zone: 'zone-b' } });
    const { id } = await nodeNamed('node-b');
    const stay = await bench().expectProblem('node.drain', { id });
    expect(stay.code).toBe('no-capacity');
    const gone = await bench().expectOk('vm.delete', { id: vm.id });
    await bench().end(gone.operation);
    await drain(id);
    const far = { spread_domain: 'zone' } as const;
    const spread = await makeVm(bench(), { metadata: { tier: 'web' }, placement: far });
    expect(await bench().expectProblem('node.powerdown', { id })).toMatchObject({
      detail: `No other node of zone-b is ready, and rules of 1 VMs need the zone (${spread.id}).`,
    });
  });

  test('a node that keeps snapshots stays on', async () => {
    const vm = await makeVm(bench());
    const made = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 10,
      type: 'ssd',
      attached_to: vm.id,
    });
    await bench().end(made.operation);
    const kept = await bench().expectOk('snapshot.create', {
      name: 'before',
      volume_id: made.resource.id,
    });
    await bench().end(kept.operation);
    const { items } = await bench().expectOk('snapshot.list', {});
    const { id, name } = await nodeNamed(String(items[0]?.node));
    await drain(id);
    expect(await bench().expectProblem('node.powerdown', { id })).toMatchObject({
      detail: `Node ${name} stores 1 snapshots, which are unavailable while it is off.`,
    });
  });

  test('a consolidation switches the nodes off that it empties', async () => {
    for (const name of ['one', 'two']) await makeVm(bench(), { name, cpu_cores: 1 });
    const answer = await bench().expectOk('optimizer.consolidate', { power_down: true });
    const [name = ''] = answer.plan.emptied;
    if (answer.operation === undefined) throw new Error('there is an operation');
    const ended = await bench().end(answer.operation);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(ended.steps.at(-1)).toMatchObject({ name: `power-off-${name}` });
    const node = await nodeNamed(name);
    expect(node).toMatchObject({ status: 'standby', power: 'off' });
    const size = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
    const counted = await bench().expectOk('capacity.estimate', size);
    expect(counted).toMatchObject({ standby_nodes: 1 });
    expect(counted.fits_with_standby).toBeGreaterThan(counted.fits);
    expect(counted.explanation[1]).toMatch(/^Including nodes on standby \(1\), \d+ more fit\.$/);
    expect(await change('node.powerup', node.id)).toMatchObject({ status: 'succeeded' });
  });

  test('a node whose agent cannot switch it is left on', async () => {
    const { id } = await nodeNamed('node-c');
    const [row] = await bench().store.read({ from: 'nodes', where: { id } });
    const capabilities: object = JSON.parse(row?.capabilities_json ?? '{}');
    const set = { capabilities_json: JSON.stringify({ ...capabilities, nodePower: 'no' }) };
    if (row === undefined) throw new Error('the node is there');
    await bench().store.commit([{ kind: 'put', into: 'nodes', row: { ...row, ...set } }]);
    for (const name of ['node.powerdown', 'node.powerup'] as const) {
      expect(await bench().expectProblem(name, { id })).toMatchObject({
        detail: 'The agent of node node-c cannot switch its power (driver simulator).',
        remedy: expect.stringContaining('Power the machine on or off yourself'),
      });
    }
    const unknown = `${id.slice(0, -4)}0000` as NodeId;
    expect((await bench().expectProblem('node.powerup', { id: unknown })).code).toBe('not-found');
  });

  test('a node is not activated or drained while its power changes', async () => {
    const { id } = await nodeNamed('node-a');
    await drain(id);
    const { operation } = await bench().expectOk('node.powerdown', { id });
    const text = `node.powerdown (${operation.id})`;
    expect(await bench().expectProblem('node.activate', { id })).toMatchObject({
      detail: `Node node-a is being changed by ${text}.`,
      remedy: `Wait for it, or cancel it first: novacron operation cancel ${operation.id}`,
    });
    expect(await bench().expectProblem('node.powerup', { id })).toMatchObject({
      detail: `Node node-a is being changed by ${text}.`,
      remedy: `Wait for it to finish: novacron operation wait ${operation.id}`,
    });
    expect((await bench().expectProblem('optimizer.rebalance', {})).detail).toContain(text);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('a node that is being emptied is neither activated nor powered up', async () => {
    for (const name of ['one', 'two']) await makeVm(bench(), { name, cpu_cores: 1 });
    const { plan, operation } = await bench().expectOk('optimizer.consolidate', {
      power_down: true,
    });
    if (operation === undefined) throw new Error('there is an operation');
    const name = String(plan.emptied[0]);
    const { id } = await nodeNamed(name);
    expect(await bench().expectProblem('node.activate', { id })).toMatchObject({
      detail: `Node ${name} is being changed by optimizer.consolidate (${operation.id}).`,
    });
    expect(await bench().expectProblem('node.powerup', { id })).toMatchObject({
      detail: `Node ${name} is draining, so its power state is not changed.`,
      remedy: 'Wait until the drain has finished.',
    });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('a node that does not go off stays as it was', async () => {
    const { id } = await nodeNamed('node-a');
    await drain(id);
    bench().fleet.drivers.get('node-a')?.faults.add({ action: 'power-off', kind: 'fail-final' });
    expect(await change('node.powerdown', id)).toMatchObject({ status: 'failed' });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance', power: 'on' });
  });

  test('a consolidation leaves on what rules of VMs need', async () => {
    const placement = { spread_domain: 'zone' } as const;
    const metadata = { tier: 'web' };
    await makeVm(bench(), { name: 'one', cpu_cores: 1, metadata, placement });
    const { plan, operation } = await bench().expectOk('optimizer.consolidate', {
      power_down: true,
    });
    if (operation === undefined) throw new Error('there is an operation');
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await nodeNamed(String(plan.emptied[0]))).toMatchObject({
      status: 'standby',
      power: 'on',
    });
  });
});
