import { describe, expect, test } from '@jest/globals';
import { VolumeId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

const VOLUME = { name: 'data', size_gb: 10 } as const;

describe('the life of a volume', () => {
  const bench = useBench();

  async function make(more: Partial<InputOf<'volume.create'>> = {}) {
    const made = await bench().expectOk('volume.create', { ...VOLUME, ...more });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('volume.get', { id: made.resource.id });
  }

  async function change(input: InputOf<'volume.update'>) {
    const { operation } = await bench().expectOk('volume.update', input);
    return bench().end(operation);
  }

  async function poolUsedGb() {
    const [pool] = await bench().store.read({ from: 'storage_pools', where: { id: 'ssd' } });
    return pool?.size_gb_used;
  }

  test('begins available, in the pool of its class, without any step', async () => {
    const { operation } = await bench().expectOk('volume.create', VOLUME);
    expect(operation).toMatchObject({ status: 'succeeded', steps: [] });
    const { items } = await bench().expectOk('volume.list', {});
    expect(items).toMatchObject([
      { ...VOLUME, type: 'ssd', attached_to: null, status: 'available' },
    ]);
    expect(await poolUsedGb()).toBe(10);
  });

  test('is attached where it is created for', async () => {
    const vm = await makeVm(bench());
    const volume = await make({ attached_to: vm.id });
    expect(volume).toMatchObject({ attached_to: vm.id, status: 'attached' });
    const machine = await machineOf(bench(), vm);
    expect(machine?.volumes).toEqual([{ volume_id: volume.id, size_gb: 10 }]);
  });

  test('is attached, detached and attached again', async () => {
    const vm = await makeVm(bench());
    const { id } = await make();
    await change({ id, attached_to: vm.id });
    expect((await machineOf(bench(), vm))?.volumes).toHaveLength(1);
    await change({ id, attached_to: null });
    expect((await machineOf(bench(), vm))?.volumes).toEqual([]);
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ status: 'available' });
    await change({ id, attached_to: vm.id });
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ status: 'attached' });
  });

  test('grows while it is attached, and stays attached when that fails', async () => {
    const vm = await makeVm(bench());
    const { id } = await make({ attached_to: vm.id });
    expect(await change({ id, size_gb: 20 })).toMatchObject({ status: 'succeeded' });
    expect((await machineOf(bench(), vm))?.volumes).toEqual([{ volume_id: id, size_gb: 20 }]);
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'attach', kind: 'fail-final' });
    const failed = await change({ id, size_gb: 30 });
    expect(failed.problem?.detail).toBe(
      'volume.update of data failed: step grow failed: The simulated attach failed on demand.',
    );
    expect((await machineOf(bench(), vm))?.volumes).toEqual([{ volume_id: id, size_gb: 20 }]);
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ size_gb: 20 });
    expect(await poolUsedGb()).toBe(20);
  });

  test('moves from one VM to another, growing on the way', async () => {
    const vm = await makeVm(bench());
    const other = await makeVm(bench(), { name: 'web-02' });
    const { id } = await make({ attached_to: vm.id });
    const moved = await change({ id, attached_to: other.id, size_gb: 15 });
    expect(moved.steps.map(({ name }) => name)).toEqual(['detach', 'attach']);
    expect((await machineOf(bench(), vm))?.volumes).toEqual([]);
    expect((await machineOf(bench(), other))?.volumes).toEqual([{ volume_id: id, size_gb: 15 }]);
  });

  test('stays where it was when the other VM does not take it', async () => {
    const vm = await makeVm(bench());
    const other = await makeVm(bench(), { name: 'web-02' });
    const { id } = await make({ attached_to: vm.id });
    const driver = bench().fleet.drivers.get(String(other.node));
    driver?.faults.add({ action: 'attach', kind: 'fail-final', vm_id: other.id });
    expect(await change({ id, attached_to: other.id })).toMatchObject({ status: 'failed' });
    const volume = await bench().expectOk('volume.get', { id });
    expect(volume).toMatchObject({ attached_to: vm.id, status: 'attached' });
  });

  test('cannot shrink or change its class', async () => {
    const { id } = await make();
    const refused = await bench().expectProblem('volume.update', { id, size_gb: 5, type: 'hdd' });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail: 'The volume data cannot change size_gb, type in place: that needs a new volume.',
    });
  });

  test('that does not exist is not found by the preview of its deletion either', async () => {
    const id = 'vol_01jd3v6t7re3h8z9k2m4n5p6q7' as const;
    const preview = { operation: 'volume.delete', input: { id } } as const;
    expect(await bench().expectProblem('admission.preview', preview)).toEqual(
      await bench().expectProblem('volume.delete', { id: VolumeId.parse(id) }),
    );
    const { id: made } = await make();
    await bench().expectOk('admission.preview', { ...preview, input: { id: made } });
  });

  test('cannot be larger than what its pool has left', async () => {
    const { id } = await make();
    expect(await bench().expectProblem('volume.update', { id, size_gb: 501 })).toMatchObject({
      code: 'no-capacity',
      detail: '491 GB of ssd are requested; the storage pool has less free.',
      fields: [{ path: ['size_gb'], message: 'is more than the pool of ssd has free' }],
    });
    const asked = Array.from({ length: 10 }, (_, index) =>
      bench().call('volume.create', { name: `more-${index}`, size_gb: 100 }),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(4);
    expect(await poolUsedGb()).toBe(410);
  });

  test('cannot be attached to what does not exist', async () => {
    const attached_to = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
    expect(await bench().expectProblem('volume.create', { ...VOLUME, attached_to })).toMatchObject({
      code: 'reference-unknown',
      fields: [{ path: ['attached_to'] }],
    });
  });

  test('many are attached to one VM at once', async () => {
    const vm = await makeVm(bench());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        bench().expectOk('volume.create', { name: `v${index}`, size_gb: 1, attached_to: vm.id }),
      ),
    );
    for (const { operation } of answers) {
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    expect((await machineOf(bench(), vm))?.volumes).toHaveLength(20);
  });

  test('is kept, detached and with a reason in its history, when its VM is deleted', async () => {
    const vm = await makeVm(bench());
    const { id } = await make({ attached_to: vm.id });
    const { operation } = await bench().expectOk('vm.delete', { id: vm.id });
    expect(await bench().expectProblem('volume.update', { id, name: 'other' })).toMatchObject({
      code: 'conflict',
      data: { operation_id: operation.id },
    });
    await bench().end(operation);
    const volume = await bench().expectOk('volume.get', { id });
    expect(volume).toMatchObject({ attached_to: null, status: 'available', size_gb: 10 });
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    const done = items.filter(({ outcome }) => outcome === 'done');
    expect(done[0]).toMatchObject({
      operation: 'vm.delete',
      changes: { attached_to: { was: vm.id, is: null } },
    });
  });

  test('is deleted with its data, detached before', async () => {
    const vm = await makeVm(bench());
    const { id } = await make({ attached_to: vm.id });
    await bench().end((await bench().expectOk('volume.delete', { id })).operation);
    expect((await machineOf(bench(), vm))?.volumes).toEqual([]);
    expect(await poolUsedGb()).toBe(0);
    expect(await bench().expectProblem('volume.get', { id })).toMatchObject({ code: 'not-found' });
  });

  test.each(['attach', 'detach'] as const)(
    'its VM is locked while the agent runs the %s',
    async (action) => {
      const vm = await makeVm(bench());
      const { id } = await make(action === 'detach' ? { attached_to: vm.id } : {});
      const driver = bench().fleet.drivers.get(String(vm.node));
      driver?.faults.add({ action, kind: 'fail-retry', times: 2 });
      const attached_to = action === 'attach' ? vm.id : null;
      const { operation } = await bench().expectOk('volume.update', { id, attached_to });
      for (const refused of [
        await bench().expectProblem('vm.update', { id: vm.id, memory_gb: 8 }),
        await bench().expectProblem('vm.migrate', { id: vm.id }),
        await bench().expectProblem('vm.delete', { id: vm.id }),
      ]) {
        expect(refused).toMatchObject({
          code: 'conflict',
          detail: `The VM web-01 is in use by ${operation.id}: volume.update of data.`,
        });
      }
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    },
  );

  test.each(['vm.delete', 'vm.migrate'] as const)(
    'is not attached to a VM at the same moment as %s begins',
    async (name) => {
      const vm = await makeVm(bench());
      const { id } = await make();
      const answers = await Promise.all([
        bench().call(name, { id: vm.id }),
        bench().call('volume.update', { id, attached_to: vm.id }),
      ]);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    },
  );
});
