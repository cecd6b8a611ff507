import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations';
import { makeVm, SMALL_VM, useBench } from './test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

describe('drift.report', () => {
  const bench = useBench();

  async function apply(more: Record<string, unknown> = {}) {
    const asked = { ...SMALL_VM, ...more };
    const { resource, operation } = await bench().expectOk('vm.create', asked, TERRAFORM);
    await bench().end(operation);
    await bench().advance(1_000);
    return resource;
  }

  async function report(input: InputOf<'drift.report'> = {}) {
    return (await bench().expectOk('drift.report', input)).items;
  }

  test('says who changed what, when, by what and in which request', async () => {
    const { id } = await apply();
    const principal = { ...bench().admin, name: 'bea' };
    const change = { id, memory_gb: 8 };
    const as = { principal, client: 'cli' } as const;
    await bench().end((await bench().expectOk('vm.update', change, as)).operation);
    const [entry] = (await bench().expectOk('audit.list', { resource_id: id })).items;
    expect(await report()).toMatchObject([
      {
        resource_id: id,
        resource_name: 'web-01',
        deployment: 'shop',
        severity: 'medium',
        fields: [{ field: 'memory_gb', was: 4, is: 8, drift_class: 'cost' }],
        causes: [{ principal: 'bea', client: 'cli', request_id: entry?.request_id, at: entry?.at }],
        explanation: expect.arrayContaining(['memory_gb: 4 -> 8 (cost)']),
      },
    ]);
  });

  test("terraform's own changes are not drift, nor are those that failed", async () => {
    const { id, node } = await apply();
    const own = await bench().expectOk('vm.update', { id, memory_gb: 8 }, TERRAFORM);
    await bench().end(own.operation);
    expect(await report()).toEqual([]);
    const driver = bench().fleet.drivers.get(String(node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    const failed = await bench().expectOk('vm.update', { id, memory_gb: 2 });
    await bench().end(failed.operation);
    expect(await report()).toEqual([]);
  });

  test('a VM that NovaCron moved has not drifted, and moving it hides no drift', async () => {
    const { id } = await apply();
    await bench().end((await bench().expectOk('vm.migrate', { id })).operation);
    expect(await report()).toEqual([]);
    await bench().end((await bench().expectOk('vm.update', { id, memory_gb: 8 })).operation);
    await bench().end((await bench().expectOk('vm.migrate', { id }, TERRAFORM)).operation);
    expect(await report()).toHaveLength(1);
  });

  test('what terraform never applied, such as an import, has not drifted', async () => {
    const vm = await makeVm(bench());
    await bench().end((await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 })).operation);
    expect(await report()).toEqual([]);
  });

  test('is gone when the change was taken back, and when the resource is deleted', async () => {
    const { id } = await apply();
    for (const memory_gb of [8, 4]) {
      await bench().end((await bench().expectOk('vm.update', { id, memory_gb })).operation);
      expect(await report()).toHaveLength(memory_gb === 8 ? 1 : 0);
    }
    await bench().end((await bench().expectOk('vm.update', { id, memory_gb: 8 })).operation);
    await bench().end((await bench().expectOk('vm.delete', { id })).operation);
    expect(await report()).toEqual([]);
    expect(await bench().store.read({ from: 'baselines' })).toEqual([]);
  });

  test('a volume that lost its VM has drifted, by the hand that deleted the VM', async () => {
    const { id } = await apply();
    const asked = { name: 'data', size_gb: 1, attached_to: id };
    const volume = await bench().expectOk('volume.create', asked, TERRAFORM);
    await bench().end(volume.operation);
    await bench().advance(1_000);
    const as = { principal: { ...bench().admin, name: 'bea' }, client: 'cli' } as const;
    await bench().end((await bench().expectOk('vm.delete', { id }, as)).operation);
    expect(await report()).toMatchObject([
      {
        resource_kind: 'volume',
        fields: [{ field: 'attached_to', is: null }],
        causes: [{ principal: 'bea' }],
      },
    ]);
  });

  test('is asked for by resource, kind and deployment', async () => {
    const { id } = await apply();
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, TERRAFORM);
    await bench().advance(1_000);
    const [network] = (await bench().expectOk('network.list', {})).items;
    if (network !== undefined)
      await bench().expectOk('network.update', { id: network.id, name: 'm' });
    await bench().end((await bench().expectOk('vm.update', { id, memory_gb: 8 })).operation);
    expect(await report()).toHaveLength(2);
    expect(await report({ resource_kind: 'network' })).toHaveLength(1);
    expect(await report({ resource_id: id })).toHaveLength(1);
    expect(await report({ deployment: 'shop' })).toHaveLength(2);
    expect(await report({ deployment: 'other' })).toEqual([]);
  });
});
