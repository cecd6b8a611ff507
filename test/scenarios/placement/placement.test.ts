import { describe, expect, test } from '@jest/globals';
import { NodeId } from '@novacron/contract/ids';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('placement.explain', () => {
  const bench = useBench();

  test('returns the recorded placement decision of a VM', async () => {
    const vm = await makeVm(bench());
    const reported = await bench().expectOk('placement.explain', { id: vm.id });
    expect(reported).toMatchObject({ vm: 'web-01', node: null, basis: 'recorded' });
    expect(reported.decided_at).toBe(vm.created_at);
    expect(reported.decision?.target_node).toBe(vm.node);
    expect(reported.explanation).toEqual(reported.decision?.explanation);
    expect(reported.explanation[0]).toContain(`${vm.node} in zone `);
  });

  test('explains the current node of a VM that has moved', async () => {
    const vm = await makeVm(bench());
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect((await bench().end(operation)).status).toBe('succeeded');
    const { node } = await bench().expectOk('vm.get', { id: vm.id });
    const reported = await bench().expectOk('placement.explain', { id: vm.id });
    expect(reported).toMatchObject({ basis: 'recorded', decision: { target_node: node } });
    const left = await bench().expectOk('placement.explain', { id: vm.id, node: String(vm.node) });
    expect(left.explanation.join('\n')).toContain('is the node that it leaves');
  });

  test('returns the recorded scores of the chosen node and the next best ones', async () => {
    const vm = await makeVm(bench());
    const { decision } = await bench().expectOk('placement.explain', { id: vm.id });
    const about = (node: string) => bench().expectOk('placement.explain', { id: vm.id, node });
    const chosen = await about(String(vm.node));
    expect(chosen.basis).toBe('recorded');
    expect(chosen.explanation[0]).toBe(`${vm.node} was chosen with score ${decision?.score}`);
    const [next] = decision?.alternatives ?? [];
    const other = await about(String(next?.node));
    expect(other.explanation[0]).toBe(`${next?.node} could hold it, with score ${next?.score}`);
    expect(other.explanation[1]).toMatch(/was preferred with score|had the same score and won/);
  });

  /** Deletes the fleet snapshots behind the decisions, as happens after their retention time. */
  async function prune(): Promise<void> {
    const rows = await bench().store.read({ from: 'fleet_snapshots' });
    await bench().store.commit(
      rows.map(({ id }) => ({ kind: 'drop', from: 'fleet_snapshots', id }) as const),
    );
  }

  test('answers for any node from the fleet that the decision saw', async () => {
    const size = { cpu_cores: 6, memory_gb: 4, disk_gb: 20 };
    const vms = [];
    for (const name of ['one', 'two', 'three']) vms.push(await makeVm(bench(), { name, ...size }));
    const [one, two, three] = vms;
    const third = { id: three?.id ?? ('' as never), node: String(one?.node) };
    const before = await bench().expectOk('placement.explain', third);
    expect(before).toMatchObject({
      basis: 'recorded',
      explanation: [`${one?.node} lacks 4 cores (2 of 8 cores free)`],
    });
    for (const vm of [one, two]) {
      const gone = await bench().expectOk('vm.delete', { id: vm?.id ?? ('' as never) });
      await bench().end(gone.operation);
    }
    const grown = await bench().expectOk('vm.update', { id: third.id, cpu_cores: 8 });
    await bench().end(grown.operation);
    expect(await bench().expectOk('placement.explain', third)).toEqual(before);
    const snapshots = await bench().store.read({ from: 'fleet_snapshots' });
    expect(snapshots).toHaveLength(1);
    await prune();
    const now = await bench().expectOk('placement.explain', third);
    expect(now.basis).toBe('current');
    expect(now.explanation[0]).toBe(
      'The fleet as it was when the VM was placed is not kept any more; as it is now:',
    );
    expect(now.explanation[1]).toBe(`${one?.node} can hold it`);
  });

  test('says of a node that came later how it is now', async () => {
    const vm = await makeVm(bench());
    const [row] = await bench().store.read({ from: 'nodes' });
    if (row === undefined) throw new Error('there are nodes');
    const id = NodeId.parse(`node_${'0'.repeat(26)}`);
    const late = { ...row, id, name: 'node-late', status: 'maintenance', vm_count: 0 };
    const used = { cpu_cores_used: 0, memory_mib_used: 0, disk_gb_used: 0 };
    await bench().store.commit([{ kind: 'put', into: 'nodes', row: { ...late, ...used } }]);
    const reported = await bench().expectOk('placement.explain', { id: vm.id, node: 'node-late' });
    expect(reported).toMatchObject({
      basis: 'current',
      explanation: [
        'The fleet did not have the node when the VM was placed; as the fleet is now:',
        'node-late takes no VMs: it is in maintenance',
      ],
    });
    const other = await makeVm(bench(), { ...SMALL_VM, name: 'web-02' });
    const seen = await bench().expectOk('placement.explain', { id: other.id, node: 'node-late' });
    expect(seen).toMatchObject({
      basis: 'recorded',
      explanation: ['node-late takes no VMs: it is in maintenance'],
    });
    await bench().store.commit([{ kind: 'drop', from: 'nodes', id }]);
  });

  test('judges any other node in the fleet as it is, without the VM itself', async () => {
    const { items } = await bench().expectOk('node.list', {});
    const zone = String(items[0]?.zone);
    const asked = { ...SMALL_VM, placement: { zone } };
    const vm = await makeVm(bench(), asked as never);
    const away = items.find((node) => node.zone !== zone);
    const question = { id: vm.id, node: String(away?.name) };
    const reason = `${away?.name} is in zone ${away?.zone}, not in ${zone}`;
    expect(await bench().expectOk('placement.explain', question)).toMatchObject({
      basis: 'recorded',
      explanation: [reason],
    });
    await prune();
    expect(await bench().expectOk('placement.explain', question)).toMatchObject({
      basis: 'current',
      explanation: [expect.stringContaining('is not kept any more'), reason],
    });
  });

  test('judges a node by the rules of the VMs there, and never by the VM itself', async () => {
    const first = await makeVm(bench(), { ...SMALL_VM, anti_affinity: 'web' });
    const second = await makeVm(bench(), { ...SMALL_VM, name: 'web-02', anti_affinity: 'web' });
    const reported = await bench().expectOk('placement.explain', {
      id: second.id,
      node: String(first.node),
    });
    expect(reported.basis).toBe('recorded');
    expect(reported.explanation.join()).toMatch(/apart|has 1 of/);
    await bench().store.commit([
      { kind: 'drop', from: 'placement_decisions', id: await decisionOf(second.id) },
    ]);
    const own = await bench().expectOk('placement.explain', {
      id: second.id,
      node: String(second.node),
    });
    expect(own.explanation.join()).not.toMatch(/apart|has 1 of/);
  });

  async function decisionOf(vmId: string): Promise<string> {
    const records = await bench().store.read({ from: 'placement_decisions' });
    return String(records.find((record) => record.vm_id === vmId)?.id);
  }

  test('finds neither missing nodes nor missing VMs', async () => {
    const vm = await makeVm(bench());
    const unknown = await bench().expectProblem('placement.explain', { id: vm.id, node: 'n9' });
    expect(unknown).toMatchObject({ code: 'not-found', detail: 'The fleet has no node named n9.' });
    const id = `vm_${'0'.repeat(26)}` as typeof vm.id;
    const missing = await bench().expectProblem('placement.explain', { id });
    expect(missing.detail).toBe(`No VM found with the id ${id}.`);
  });

  test('says so when the decision is not kept any more, and still judges nodes', async () => {
    const vm = await makeVm(bench());
    const [record] = await bench().store.read({ from: 'placement_decisions' });
    await bench().store.commit([
      { kind: 'drop', from: 'placement_decisions', id: String(record?.id) },
    ]);
    const lost = await bench().expectProblem('placement.explain', { id: vm.id });
    expect(lost.detail).toBe('The placement decision of web-01 is not stored (any more).');
    const judged = await bench().expectOk('placement.explain', {
      id: vm.id,
      node: String(vm.node),
    });
    expect(judged).toMatchObject({ basis: 'current', decided_at: null, decision: null });
  });
});
