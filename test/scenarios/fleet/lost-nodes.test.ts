/** Writes about VMs on a node whose agent is silent. */
import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

describe('a VM on a lost node', () => {
  const bench = useBench();

  async function makeVmOnLostNode(given: Parameters<typeof makeVm>[1] = {}) {
    const vm = await makeVm(bench(), given);
    await bench().fleet.stopAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    return vm;
  }

  test.each([
    ['vm.stop', {}],
    ['vm.start', {}],
    ['vm.migrate', {}],
    ['vm.update', { cpu_cores: 4 }],
  ] as const)('is not changed by %s, which says so at once', async (name, changes) => {
    const { id, node } = await makeVmOnLostNode();
    const refused = await bench().expectProblem(name, { id, ...changes });
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: `Node ${node} is lost: its agent does not respond, so nothing can be changed there.`,
      data: { node, reason: 'node-lost' },
    });
    expect(refused.remedy).toContain(`Restart the agent of ${node}`);
    expect(refused.remedy).toContain(`novacron node confirm-dead ${node}`);
    expect(refused.remedy).toContain(`novacron vm recover ${id}`);
    expect(refused.remedy).not.toContain('delete');
    const { items } = await bench().expectOk('operation.list', { limit: 1_000 });
    expect(items.filter(({ kind }) => kind === name)).toEqual([]);
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
    const { operation } = await bench().expectOk('vm.stop', { id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    [{ healing: { restart: 'on-failure', on_node_loss: 'restart' } }],
    [{ name: 'ux2-renamed', metadata: { tier: 'web' }, priority: 80 }],
    [{ description: 'Serves the shop.', deletion_protection: true }],
    [{ placement: { strategy: 'pack' } }],
  ] as const)('is changed where that needs no node: %j', async (changes) => {
    const { id, node } = await makeVmOnLostNode();
    const { operation } = await bench().expectOk('vm.update', { id, ...changes });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const vm = await bench().expectOk('vm.get', { id });
    expect(vm).toMatchObject({ ...changes, node, status: 'unknown' });
    const mixed = { id, ...changes, cpu_cores: 4 };
    expect((await bench().expectProblem('vm.update', mixed)).data).toMatchObject({ node });
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      ...changes,
      status: 'running',
    });
    const { operation: later } = await bench().expectOk('vm.update', { id, cpu_cores: 4 });
    expect(await bench().end(later)).toMatchObject({ status: 'succeeded' });
  });

  test('is recovered, as the refusal says, once its node is confirmed to be dead', async () => {
    const { id, node } = await makeVmOnLostNode();
    const { items } = await bench().expectOk('node.list', {});
    const dead = items.find(({ name }) => name === node);
    if (dead === undefined) throw new Error(`no node ${node}`);
    await bench().expectOk('node.confirm_dead', { id: dead.id });
    const refused = await bench().expectProblem('vm.start', { id });
    expect(refused.detail).toBe(
      `Node ${node} is lost and known to be off, so nothing can be changed there.`,
    );
    expect(refused.remedy).toContain(`novacron vm recover ${id}`);
    const { operation } = await bench().expectOk('vm.recover', { id, recreate: true });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect((await bench().expectOk('vm.get', { id })).node).not.toBe(node);
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
  });

  test('is not moved, and the refusal says so where no other node is left either', async () => {
    const { id, node } = await makeVmOnLostNode();
    const others = [...bench().fleet.drivers.keys()];
    for (const name of others) await bench().fleet.stopAgent(name);
    await bench().advance(MINUTE_MS);
    const refused = await bench().expectProblem('vm.migrate', { id });
    expect(refused).toMatchObject({ code: 'conflict', data: { node, reason: 'node-lost' } });
    for (const name of [String(node), ...others]) bench().fleet.restartAgent(name);
    await bench().advance(MINUTE_MS);
  });

  test('makes a preview say what its update would answer', async () => {
    const { id, node } = await makeVmOnLostNode();
    const input = { id, cpu_cores: 4 };
    const asked = { operation: 'vm.update', input } as const;
    const { problems } = await bench().expectOk('admission.preview', asked);
    const refused = await bench().expectProblem('vm.update', input);
    expect(problems).toMatchObject([{ code: refused.code, detail: refused.detail }]);
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
    expect(await bench().expectOk('admission.preview', asked)).toMatchObject({ problems: [] });
  });

  test.each(['node.confirm_dead', 'node.cut_off', 'node.delete', 'node.fence'] as const)(
    'makes a preview say what %s would answer',
    async (operation) => {
      const { node } = await makeVmOnLostNode();
      const { items } = await bench().expectOk('node.list', {});
      for (const { id } of items) {
        const before = await bench().expectOk('node.get', { id });
        const { problems } = await bench().expectOk('admission.preview', {
          operation,
          input: { id },
        });
        expect(await bench().expectOk('node.get', { id })).toMatchObject({ fenced: before.fenced });
        if (operation === 'node.confirm_dead' && before.name === node) {
          expect(problems).toEqual([]);
          continue;
        }
        const { code, detail } = await bench().expectProblem(operation, { id });
        expect(problems).toMatchObject([{ code, detail }]);
      }
      bench().fleet.restartAgent(String(node));
      await bench().advance(MINUTE_MS);
    },
  );

  test.each(['vm.recover', 'vm.reset', 'vm.stop'] as const)(
    'makes a preview say what %s would answer',
    async (operation) => {
      const { id, node } = await makeVmOnLostNode();
      const { problems } = await bench().expectOk('admission.preview', {
        operation,
        input: { id },
      });
      const { code, detail } = await bench().expectProblem(operation, { id });
      expect(problems).toMatchObject([{ code, detail }]);
      bench().fleet.restartAgent(String(node));
      await bench().advance(MINUTE_MS);
    },
  );

  test('is not waited for by a change of its security group, which locks no other', async () => {
    const { resource: group } = await bench().expectOk('security_group.create', { name: 'web' });
    const { node } = await makeVmOnLostNode({ security_groups: [group.id] });
    const rules = [
      { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '22', cidr: '0.0.0.0/0' },
    ] as const;
    const input = { id: group.id, rules: [...rules] };
    const refused = await bench().expectProblem('security_group.update', input);
    expect(refused).toMatchObject({ code: 'conflict', data: { node, reason: 'node-lost' } });
    const asked = { operation: 'security_group.update', input } as const;
    const { problems } = await bench().expectOk('admission.preview', asked);
    expect(problems).toMatchObject([{ detail: refused.detail }]);
    // The name alone is sent to no node.
    await bench().expectOk('security_group.update', { id: group.id, name: 'www' });
    const vms = await bench().store.read({ from: 'vms' });
    expect(vms.map(({ busy_operation_id }) => busy_operation_id)).toEqual([null]);
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
  });

  test('can be deleted: the deletion waits for the node', async () => {
    const { id, node } = await makeVmOnLostNode();
    const { operation } = await bench().expectOk('vm.delete', { id });
    await bench().advance(MINUTE_MS);
    bench().fleet.restartAgent(String(node));
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('is unknown until its node was inspected after the return', async () => {
    const { id, node } = await makeVm(bench(), { healing: { restart: 'never' } });
    await bench().fleet.powerOff(String(node));
    await bench().advance(MINUTE_MS);
    bench().fleet.restartAgent(String(node));
    const seen = new Set<unknown>();
    for (let second = 0; second < 20; second += 1) {
      await bench().advance(1_000);
      const { status, status_reason } = await bench().expectOk('vm.get', { id });
      seen.add(status === 'unknown' ? status_reason : status);
    }
    expect([...seen].at(-1)).toBe('stopped');
    expect(seen).not.toContain('running');
    expect([...seen].join()).toContain(`${node} is back since`);
  });

  test('does not stop others from being created; its loss and return are events', async () => {
    const { node } = await makeVmOnLostNode();
    const other = await makeVm(bench(), { name: 'other' });
    expect(other.node).not.toBe(node);
    bench().fleet.restartAgent(String(node));
    await bench().advance(MINUTE_MS);
    const { items } = await bench().expectOk('event.list', { limit: 1_000 });
    expect(items.filter(({ type }) => type.startsWith('node.'))).toMatchObject([
      { type: 'node.lost', priority: 'high', data: { name: node, reason: 'silent' } },
      { type: 'node.back', data: { name: node } },
    ]);
  });
});
