import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

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
        explanation: expect.arrayContaining(['memory_gb: 8 (expected 4) (cost)']),
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

  test('of what is gone says who deleted it, unless it exists or never did', async () => {
    const { id } = await apply();
    const ask = { resource_id: id };
    expect(await bench().expectOk('drift.report', ask)).not.toHaveProperty('deleted');
    const principal = { ...bench().admin, name: 'bea' };
    const gone = await bench().expectOk('vm.delete', { id }, { principal, client: 'cli' });
    expect(await bench().expectOk('drift.report', ask)).not.toHaveProperty('deleted');
    await bench().end(gone.operation);
    const { items, deleted = [] } = await bench().expectOk('drift.report', ask);
    expect(items).toEqual([]);
    const [{ cause, explanation } = {}] = deleted;
    expect(deleted).toMatchObject([
      { resource_kind: 'vm', resource_id: id, resource_name: 'web-01', severity: 'critical' },
    ]);
    expect(cause).toMatchObject({ principal: 'bea', kind: 'api_key', client: 'cli' });
    expect(explanation).toEqual([
      `vm web-01 is gone: deleted by api key bea with cli at ${cause?.at} ` +
        `(request ${cause?.request_id})`,
      'Apply to create it again, or remove it from the configuration.',
    ]);
    expect(await bench().expectOk('drift.report', {})).not.toHaveProperty('deleted');
    const unknown = await bench().expectOk('drift.report', { resource_id: 'vm_unknown' });
    expect(unknown).not.toHaveProperty('deleted');
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

  test('an orchestration policy drifts by what it says, not by how that is spelled', async () => {
    const said = (priority: number, more = '') =>
      `${more}policy spread priority ${priority}\n  for vm where tier=web\n  rule r: ` +
      'placement\n    then schedule mode=hard\n';
    const asked = { document: said(1) };
    const { resource } = await bench().expectOk('orchestration_policy.create', asked, TERRAFORM);
    await bench().advance(1_000);
    const { id } = resource;
    await bench().expectOk('orchestration_policy.update', { id, document: said(1, '# why\n') });
    expect(await report()).toEqual([]);
    await bench().expectOk('orchestration_policy.update', { id, document: said(2, '# why\n') });
    expect(await report()).toMatchObject([
      {
        resource_kind: 'orchestration_policy',
        resource_name: 'spread',
        fields: [{ field: 'document', was: said(1), is: said(2, '# why\n') }],
        drift_class: 'availability',
      },
    ]);
    const ask = { action: 'revert' as const, ids: [id] };
    const { remediated } = await bench().expectOk('drift.remediate', ask);
    const [item] = remediated;
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
    expect(await report()).toEqual([]);
    await bench().expectOk('orchestration_policy.delete', { id });
    expect(await bench().store.read({ from: 'baselines' })).toEqual([]);
  });

  test('a VM that its guest stopped has drifted, and no person is blamed', async () => {
    const { id, node } = await apply();
    bench().fleet.drivers.get(String(node))?.disturb(id, { kind: 'power-off' });
    await bench().advance(60_000);
    expect(await report()).toMatchObject([
      {
        fields: [{ field: 'power_state', was: 'running', is: 'stopped', wanted: 'running' }],
        drift_class: 'availability',
        causes: [{ kind: 'guest', client: 'platform' }],
      },
    ]);
  });
});

describe('causes and groups', () => {
  const bench = useBench();

  test('what NovaCron does itself is explained, and one hand is one group', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const asked = { ...SMALL_VM, name };
      const made = await bench().expectOk('vm.create', asked, TERRAFORM);
      await bench().end(made.operation);
      ids.push(made.resource.id);
    }
    await bench().advance(1_000);
    const [first, second, third] = ids.map((id) => ({ id: id as never, priority: 60 }));
    const scaler = { ...bench().admin, name: 'scaler', kind: 'autoscaler' } as const;
    for (const [change, principal] of [
      [first, scaler],
      [second, bench().admin],
      [third, bench().admin],
    ] as const) {
      if (change === undefined) continue;
      const done = await bench().expectOk('vm.update', change, { principal, client: 'cli' });
      await bench().end(done.operation);
    }
    const found = await bench().expectOk('drift.report', {});
    expect(found.explained).toMatchObject([
      { resource_id: ids[0], why: 'platform', fields: [{ field: 'priority' }] },
    ]);
    expect(found.groups).toMatchObject([
      { cause: `api_key/${bench().admin.name}/cli`, resource_ids: [ids[1], ids[2]] },
    ]);
    expect(found.compared).toBe(3);
  });
});

describe('baselines', () => {
  const bench = useBench();

  async function makeNetwork() {
    const asked = { name: 'n', cidr: '10.0.0.0/16' };
    const { resource } = await bench().expectOk('network.create', asked, TERRAFORM);
    await bench().advance(1_000);
    return resource.id;
  }

  test('are proven by the audit log, and tampering with one is named', async () => {
    const id = await makeNetwork();
    const kept = await bench().expectOk('drift_baseline.get', { id });
    expect(kept).toMatchObject({ proof: 'proven', origin: 'apply', applied: { name: 'n' } });
    const [row] = await bench().store.read({ from: 'baselines', where: { id } });
    if (row === undefined) throw new Error('no baseline');
    const applied_json = row.applied_json.replace('"n"', '"m"');
    await bench().store.commit([{ kind: 'put', into: 'baselines', row: { ...row, applied_json } }]);
    expect(await bench().expectOk('drift_baseline.get', { id })).toMatchObject({
      proof: 'tampered',
    });
    const found = await bench().expectOk('drift.report', {});
    expect(found.items).toEqual([]);
    expect(found.tampered).toMatchObject([
      { resource_id: id, detail: expect.stringContaining('was changed outside of NovaCron') },
    ]);
  });

  test('older than the audit log are unproven, and measured from all the same', async () => {
    const id = await makeNetwork();
    const [proof] = await bench().store.read({
      from: 'audit',
      where: { operation: 'drift.baseline' },
    });
    await bench().store.commit([{ kind: 'drop', from: 'audit', id: String(proof?.id) }]);
    await bench().expectOk('network.update', { id, name: 'm' });
    expect(await bench().expectOk('drift_baseline.get', { id })).toMatchObject({
      proof: 'unproven',
    });
    expect((await bench().expectOk('drift.report', {})).items).toHaveLength(1);
  });

  test('are set to what is, which then is no drift but an adoption', async () => {
    const id = await makeNetwork();
    await bench().expectOk('network.update', { id, name: 'm' });
    await bench().advance(1_000);
    const set = await bench().expectOk('drift_baseline.set', { id });
    expect(set.resource).toMatchObject({ origin: 'adopt', proof: 'proven', deployment: 'shop' });
    const found = await bench().expectOk('drift.report', {});
    expect(found).toMatchObject({ items: [], explained: [{ resource_id: id, why: 'adopted' }] });
  });

  test('are not there of what was never applied; nor can one be set of nothing', async () => {
    const { id } = await makeVm(bench());
    const missing = await bench().expectProblem('drift_baseline.get', { id });
    expect(missing.detail).toBe(
      `No baseline found for the resource ${id}: it was never applied with Terraform.`,
    );
    const unknown = await bench().expectProblem('drift_baseline.set', { id: 'vm_gone' });
    expect(unknown.detail).toBe('No resource found with the id vm_gone.');
  });
});
