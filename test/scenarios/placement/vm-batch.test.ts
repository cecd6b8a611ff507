/** VMs that are placed and created together. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Three nodes of one zone. */
const FLEET: Fleet = {
  nodes: [1, 2, 3].map((at) => ({
    name: `node-${at}`,
    zone: 'zone-1',
    rack: `rack-${at}`,
    cpu_cores: 16,
    memory_gb: 64,
    disk_gb: 1_000,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

const vms = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, at) => ({ ...SMALL_VM, name: `web-${at + 1}`, ...more }));

describe('a batch of VMs', () => {
  const bench = useBench({ fleet: FLEET });
  const names = async () => (await bench().expectOk('vm.list', {})).items.map(({ name }) => name);

  test('is shown before it is made, and changes nothing then', async () => {
    const shown = await bench().expectOk('placement.batch', {
      vms: vms(4, { cpu_cores: 8 }),
      objective: 'nodes',
    });
    expect(shown).toMatchObject({ objective: 'nodes', value: 2, bound: 2, gap: 0 });
    expect(shown.placements.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3', 'web-4']);
    expect(shown.explanation[1]).toBe('proven: no placement opens fewer nodes');
    expect(await names()).toEqual([]);
  });

  test('is created as a whole, by its rules, each VM with an operation of its own', async () => {
    const made = await bench().expectOk('vm_batch.create', {
      vms: vms(3, { anti_affinity: 'web' }),
    });
    for (const { operation } of made.items) {
      expect(await bench().end(operation)).toMatchObject({
        kind: 'vm.create',
        status: 'succeeded',
      });
    }
    const { items } = await bench().expectOk('vm.list', {});
    expect(new Set(items.map(({ node }) => node)).size).toBe(3);
    const said = await bench().expectOk('placement.explain', { id: items[0]?.id ?? ('' as never) });
    expect(said.basis).toBe('recorded');
  });

  test('is refused as a whole where one of its VMs is', async () => {
    await makeVm(bench(), { name: 'web-2' });
    const taken = await bench().expectProblem('vm_batch.create', { vms: vms(3) });
    expect(taken).toMatchObject({ code: 'name-taken', detail: expect.stringMatching(/^web-2: /) });
    expect(taken.fields[0]?.path.slice(0, 2)).toEqual(['vms', 1]);

    const tooMany = await bench().expectProblem('vm_batch.create', {
      vms: vms(4, { anti_affinity: 'web' }).map((vm) => ({ ...vm, name: `x-${vm.name}` })),
    });
    expect(tooMany.code).toBe('no-capacity');
    expect(tooMany.detail).toMatch(/^Of 4 VMs 1 found no node beside the others\. /);

    const same = [SMALL_VM, SMALL_VM];
    const repeated = await bench().expectProblem('vm_batch.create', { vms: same });
    expect(repeated).toMatchObject({
      code: 'validation-failed',
      detail: 'Several VMs of the batch have the same name: web-01.',
      fields: [{ path: ['vms', 1, 'name'], message: 'is the name of VM 0 of the batch too' }],
    });
    expect(await names()).toEqual(['web-2']);
  });

  test('is refused by a policy that refuses one of its VMs alone', async () => {
    const rule =
      'package p\n\ndeny contains "too big" if {\n  input.operation == "vm.create"\n  ' +
      'input.resource.cpu_cores > 4\n}\n';
    await bench().expectOk('policy.create', { name: 'small', type: 'resource', rule });
    const [first, second] = vms(2);
    const big = { ...SMALL_VM, ...second, cpu_cores: 8 };
    const refused = await bench().expectProblem('vm_batch.create', {
      vms: [{ ...SMALL_VM, ...first }, big],
    });
    expect(refused).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringMatching(/^web-2: .*too big/),
    });
    expect(await names()).toEqual([]);
    const { items } = await bench().expectOk('audit.list', { limit: 1 });
    expect(items[0]).toMatchObject({ operation: 'vm_batch.create', outcome: 'policy-denied' });
  });

  test('gives each VM an address of its own in a network that they fill', async () => {
    const { resource } = await bench().expectOk('network.create', {
      name: 'small',
      cidr: '10.0.0.0/28',
    });
    const made = await bench().expectOk('vm_batch.create', {
      vms: vms(13, { network_id: resource.id }),
    });
    expect(new Set(made.items.map((item) => item.resource.ip_address)).size).toBe(13);
    await bench().endAll();
    const full = vms(2, { network_id: resource.id }).map((vm) => ({ ...vm, name: `x-${vm.name}` }));
    const refused = await bench().expectProblem('vm_batch.create', { vms: full });
    expect(refused).toMatchObject({ code: 'network-full' });
  });

  test('is answered again under its key, and made once', async () => {
    const input = { vms: vms(2), idempotency_key: 'batch-0001' };
    const first = await bench().expectOk('vm_batch.create', input);
    await bench().endAll();
    const second = await bench().expectOk('vm_batch.create', input);
    const idsOf = (answer: typeof first) => answer.items.map(({ resource }) => resource.id);
    expect(idsOf(second)).toEqual(idsOf(first));
    const other = { ...input, vms: vms(3) };
    expect((await bench().expectProblem('vm_batch.create', other)).code).toBe(
      'idempotency-key-reused',
    );
    expect(await names()).toHaveLength(2);
  });

  test('is counted against the quota as a whole', async () => {
    const tenantId = bench().admin.tenantId;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { vms: 2 } });
    const refused = await bench().expectProblem('vm_batch.create', { vms: vms(3) });
    expect(refused).toMatchObject({
      code: 'quota-exceeded',
      detail: 'The request exceeds the quota of the tenant (vms: 0 of 2 used, 3 more requested).',
    });
  });

  test('of two at once that do not fit together one is refused', async () => {
    const big = (prefix: string) =>
      vms(3, { cpu_cores: 10 }).map((vm) => ({ ...SMALL_VM, ...vm, name: `${prefix}-${vm.name}` }));
    const answers = await Promise.all(
      ['a', 'b'].map((prefix) => bench().call('vm_batch.create', { vms: big(prefix) })),
    );
    expect(answers.map((answer) => (answer.ok ? 'made' : answer.error.code)).sort()).toEqual([
      'made',
      'no-capacity',
    ]);
    await bench().endAll();
  });
});
