import { describe, expect, test } from '@jest/globals';
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import { OperationId } from '@novacron/contract/ids';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const FLEET = defaultFleet();

describe('the life of a VM', () => {
  const bench = useBench();

  test('begins as creating and busy, and ends as running on its node', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    expect(resource).toMatchObject({
      ...SMALL_VM,
      status: 'creating',
      revision: 1,
      created_by: 'admin',
    });
    expect(operation).toMatchObject({
      kind: 'vm.create',
      status: 'running',
      target_name: 'web-01',
    });
    expect(operation.steps.map(({ name }) => name)).toEqual(['create', 'start']);
    const ended = await bench().end(operation);
    expect(ended).toMatchObject({ status: 'succeeded', progress_percent: 100, problem: null });
    const vm = await bench().expectOk('vm.get', { id: resource.id });
    expect(vm).toMatchObject({ status: 'running', node: resource.node });
    expect(await machineOf(bench(), vm)).toMatchObject({
      status: 'running',
      spec: { name: 'web-01', cpu_cores: 2, memory_mib: 4096, disk_gb: 20, template: 'default' },
    });
  });

  test('keeps a name in the form of an id, which new names do not have', async () => {
    const { id } = await makeVm(bench(), {});
    const name = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
    const refusal = { code: 'validation-failed', fields: [{ path: ['name'] }] };
    expect(await bench().expectProblem('vm.update', { id, name })).toMatchObject(refusal);
    const { store } = bench().deps;
    const [row] = await store.read({ from: 'vms', where: { id } });
    const desired_json = JSON.stringify({ ...JSON.parse(row?.desired_json ?? '{}'), name });
    const otherwise = { code: 'conflict', detail: '', remedy: '', fields: [] } as const;
    const set = { name, desired_json };
    await store.commit([{ kind: 'update', table: 'vms', id, set, otherwise }]);
    const { resource } = await bench().expectOk('vm.update', { id, description: 'of old' });
    expect(resource).toMatchObject({ name, description: 'of old' });
    const listed = await bench().expectOk('vm.list', { name });
    expect(listed.items.map((item) => item.id)).toEqual([id]);
  });

  test('is listed in pages, in the order of creation, and found by name', async () => {
    const made = [];
    for (const name of ['c', 'a', 'b']) made.push((await makeVm(bench(), { name })).id);
    const first = await bench().expectOk('vm.list', { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const cursor = String(first.next_cursor);
    const second = await bench().expectOk('vm.list', { limit: 2, cursor });
    expect(second.items.map(({ id }) => id)).toEqual(made.slice(2));
    expect(second.next_cursor).toBeNull();
    const named = await bench().expectOk('vm.list', { name: 'a' });
    expect(named.items.map(({ name }) => name)).toEqual(['a']);
  });

  test('grows live, and the node counts what it takes', async () => {
    const vm = await makeVm(bench());
    const { resource, operation } = await bench().expectOk('vm.update', {
      id: vm.id,
      memory_gb: 8,
    });
    expect(resource).toMatchObject({ memory_gb: 8, revision: 2, updated_by: 'admin' });
    await bench().end(operation);
    expect(await machineOf(bench(), vm)).toMatchObject({ spec: { memory_mib: 8192 }, restarts: 0 });
    const { items } = await bench().expectOk('node.list', { name: String(vm.node) });
    expect(items).toMatchObject([{ allocated: { memory_gb: 8, cpu_cores: 2 }, vm_count: 1 }]);
  });

  test('does nothing when nothing changes', async () => {
    const vm = await makeVm(bench());
    const { resource, operation } = await bench().expectOk('vm.update', {
      id: vm.id,
      memory_gb: 4,
    });
    expect(operation).toMatchObject({ status: 'succeeded', steps: [], progress_percent: 100 });
    expect(resource.revision).toBe(vm.revision);
  });

  test('cannot lose a part of its disk', async () => {
    const vm = await makeVm(bench());
    const refused = await bench().expectProblem('vm.update', { id: vm.id, disk_gb: 10 });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail: 'The VM web-01 cannot change disk_gb in place: that needs a new VM.',
      fields: [{ path: ['disk_gb'], message: 'a change destroys data, so it needs a new one' }],
    });
  });

  test('cannot grow beyond its node, and the problem says how to get more room', async () => {
    const vm = await makeVm(bench());
    const refused = await bench().expectProblem('vm.update', {
      id: vm.id,
      cpu_cores: 9,
      memory_gb: 20,
    });
    expect(refused).toMatchObject({
      code: 'no-capacity',
      detail: expect.stringContaining('cpu_cores needs 7 cores more and 6 cores are free'),
      remedy: expect.stringContaining(`novacron vm migrate ${vm.id}`),
      fields: [{ path: ['cpu_cores'] }, { path: ['memory_gb'] }],
    });
  });

  test('changes its network, which counts it', async () => {
    const made = await bench().expectOk('network.create', { name: 'front', cidr: '10.0.0.0/24' });
    const vm = await makeVm(bench());
    const network_id = made.resource.id;
    await bench().end((await bench().expectOk('vm.update', { id: vm.id, network_id })).operation);
    expect(await machineOf(bench(), vm)).toMatchObject({
      spec: { network: { cidr: '10.0.0.0/24' } },
    });
    expect(await bench().expectOk('network.get', { id: network_id })).toMatchObject({
      vm_count: 1,
    });
    await bench().end(
      (await bench().expectOk('vm.update', { id: vm.id, network_id: null })).operation,
    );
    expect(await bench().expectOk('network.get', { id: network_id })).toMatchObject({
      vm_count: 0,
    });
  });

  test('moves to the node named, or to the best other one', async () => {
    const vm = await makeVm(bench());
    const nodes = (await bench().expectOk('node.list', {})).items.map(({ name }) => name);
    const node = nodes.find((name) => name !== vm.node);
    const moved = await bench().expectOk('vm.migrate', { id: vm.id, ...(node && { node }) });
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ node, revision: 1 });
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    expect((await bench().expectOk('vm.get', { id: vm.id })).node).not.toBe(node);
  });

  test('cannot move to where it is, or to a node that does not exist', async () => {
    const vm = await makeVm(bench());
    const node = String(vm.node);
    expect(await bench().expectProblem('vm.migrate', { id: vm.id, node })).toMatchObject({
      code: 'validation-failed',
      detail: `The VM web-01 is on node ${node} already.`,
    });
    expect(await bench().expectProblem('vm.migrate', { id: vm.id, node: 'x' })).toMatchObject({
      code: 'reference-unknown',
      detail: 'node refers to the node x, which does not exist.',
    });
  });

  test('leaves the node that it is pinned to only by force', async () => {
    const [here = '', there = ''] = (await bench().expectOk('node.list', {})).items.map(
      ({ name }) => name,
    );
    const { id } = await makeVm(bench(), { placement: { node: here } });
    expect(await bench().expectProblem('vm.migrate', { id, node: there })).toMatchObject({
      code: 'validation-failed',
      title: 'A placement rule would be violated',
      detail: `The VM web-01 is pinned to node ${here} (placement.node).`,
      remedy: expect.stringContaining(`novacron vm migrate ${id} --node ${there} --force`),
    });
    expect(await bench().expectProblem('vm.migrate', { id })).toMatchObject({
      code: 'validation-failed',
      remedy: expect.stringContaining(`novacron vm migrate ${id} --node NODE --force`),
    });
    const { operation } = await bench().expectOk('vm.migrate', { id, node: there, force: true });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ node: there });
  });

  test('moves to its new pin before a change by Terraform, and is refused to others', async () => {
    const [here = '', there = ''] = (await bench().expectOk('node.list', {})).items.map(
      ({ name }) => name,
    );
    const { id } = await makeVm(bench(), { placement: { node: here } });
    const change = { id, placement: { node: there }, metadata: { team: 'shop' } };
    expect(await bench().expectProblem('vm.update', change)).toMatchObject({
      title: 'A placement rule would be violated',
      remedy: expect.stringContaining('novacron vm migrate'),
    });
    const asTerraform = { client: 'terraform', idempotencyKey: 'pin-1' } as const;
    const waits = await bench().expectProblem('vm.update', change, asTerraform);
    expect(waits).toMatchObject({ code: 'conflict', data: { holds_name: true } });
    const moved = await bench().end({ id: OperationId.parse(waits.data?.operation_id) });
    expect(moved).toMatchObject({ kind: 'vm.migrate', status: 'succeeded' });
    const { operation } = await bench().expectOk('vm.update', change, asTerraform);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      node: there,
      placement: { node: there },
      metadata: { team: 'shop' },
    });
  });

  test('is deleted with its machine; later questions do not find it', async () => {
    const vm = await makeVm(bench());
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    expect(await bench().expectProblem('vm.get', { id: vm.id })).toMatchObject({
      code: 'not-found',
      detail: `No VM found with the id ${vm.id}.`,
    });
    expect(await machineOf(bench(), vm)).toBeUndefined();
  });

  test('refuses a second change while one is going on, and says which', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    for (const refused of [
      await bench().expectProblem('vm.update', { id: resource.id, memory_gb: 8 }),
      await bench().expectProblem('vm.delete', { id: resource.id }),
      await bench().expectProblem('vm.migrate', { id: resource.id }),
    ]) {
      expect(refused).toMatchObject({
        code: 'conflict',
        detail: `The VM web-01 is being changed by ${operation.id}.`,
        remedy: `Wait for it (novacron operation wait ${operation.id}) and send the request again.`,
        data: { operation_id: operation.id },
      });
    }
    await bench().end(operation);
  });

  test('refuses a change that was meant for an earlier revision', async () => {
    const vm = await makeVm(bench());
    await bench().end((await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 })).operation);
    const late = { id: vm.id, if_revision: vm.revision };
    for (const refused of [
      await bench().expectProblem('vm.update', { ...late, memory_gb: 2 }),
      await bench().expectProblem('vm.delete', late),
    ]) {
      expect(refused).toMatchObject({
        code: 'revision-mismatch',
        detail: 'The VM web-01 is at revision 2, not 1.',
        data: { revision: 2 },
      });
    }
  });

  test('refuses a taken name with the command that imports its holder', async () => {
    const vm = await makeVm(bench());
    const other = await makeVm(bench(), { name: 'web-02' });
    for (const refused of [
      await bench().expectProblem('vm.create', SMALL_VM),
      await bench().expectProblem('vm.update', { id: other.id, name: 'web-01' }),
    ]) {
      expect(refused).toMatchObject({
        code: 'name-taken',
        detail: `A VM named "web-01" exists already: ${vm.id}.`,
        remedy: expect.stringContaining(`terraform import novacron_vm.NAME ${vm.id}`),
        fields: [{ path: ['name'], message: `is the name of ${vm.id}` }],
        data: { resource_id: vm.id },
      });
    }
  });

  test('gives one name to one of many who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bench().call('vm.create', SMALL_VM)),
    );
    await bench().endAll();
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('name-taken');
  });

  test('names everything that is wrong with a request at once', async () => {
    const network_id = 'net_01jd3v6t7re3h8z9k2m4n5p6q7';
    const template_id = 'tpl_01jd3v6t7re3h8z9k2m4n5p6q7';
    const ssh_key_ids = ['ssh_01jd3v6t7re3h8z9k2m4n5p6q7'];
    const { problems } = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: { ...SMALL_VM, ssh_key_ids, network_id, template_id },
    });
    const fields = problems.flatMap((found) => found.errors.map(({ path }) => path));
    expect(fields).toEqual([['network_id'], ['template_id'], ['ssh_key_ids']]);
  });
});

describe('a fleet of one node', () => {
  const bench = useBench({ fleet: { ...FLEET, nodes: FLEET.nodes.slice(0, 1) } });

  test('moves no VM, and says so', async () => {
    const vm = await makeVm(bench());
    expect(await bench().expectProblem('vm.migrate', { id: vm.id })).toMatchObject({
      code: 'no-capacity',
      detail: `The VM web-01 is on ${vm.node}, the only node of the fleet: it has nowhere to go.`,
    });
  });
});
