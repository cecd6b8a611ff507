import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { machineOf, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

/**
 * Time limit for an operation to end and its VM to be inspected; less than the interval of checks.
 * Unit: ms.
 */
const SOON_MS = 1_000;

/** Agent, server and store take turns in it. */
const TURNS = 4;

describe('a machine changed on its node while an operation works on its VM', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  async function apply(): Promise<Vm> {
    const made = await bench().expectOk('vm.create', SMALL_VM, TERRAFORM);
    await bench().end(made.operation);
    await soon();
    return bench().expectOk('vm.get', { id: made.resource.id });
  }

  const get = ({ id }: Vm) => bench().expectOk('vm.get', { id });
  const migrate = async ({ id }: Vm) => (await bench().expectOk('vm.migrate', { id })).operation;
  const driverOf = ({ node }: Pick<Vm, 'node'>) => bench().fleet.drivers.get(String(node));
  const growDisk = (vm: Vm, disk_gb: number) =>
    driverOf(vm)?.disturb(vm.id, { kind: 'alter', spec: { disk_gb } });

  async function remove({ id }: Vm) {
    await bench().end((await bench().expectOk('vm.delete', { id })).operation);
  }

  async function expectDisk(vm: Vm, disk_gb: number) {
    const found = await get(vm);
    expect(found).toMatchObject({ status: 'running', disk_gb });
    expect((await machineOf(bench(), found))?.spec).toMatchObject({ disk_gb });
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([
      { resource_id: vm.id, fields: [{ field: 'disk_gb', was: 20, is: disk_gb, wanted: 20 }] },
    ]);
    return found;
  }

  test('is not cut to size by a move that has begun: the move fails and says why', async () => {
    const vm = await apply();
    const operation = await migrate(vm);
    growDisk(vm, 30);
    expect(await bench().end(operation)).toMatchObject({
      status: 'failed',
      problem: {
        detail: expect.stringMatching(
          /a disk of 30 GB here, and node-. has prepared for .* a disk of 20 GB/,
        ),
      },
    });
    await soon();
    expect(await expectDisk(vm, 30)).toMatchObject({ node: vm.node });
    expect(await bench().end(await migrate(vm))).toMatchObject({ status: 'succeeded' });
    await soon();
    const moved = await expectDisk(vm, 30);
    expect(moved.node).not.toBe(vm.node);
    await remove(moved);
  });

  test('is reported within a second of the end of the operation', async () => {
    const vm = await apply();
    driverOf(vm)?.faults.add({ action: 'delete', kind: 'fail-retry' });
    const operation = await migrate(vm);
    await bench().advance(SOON_MS / TURNS);
    const [row] = await bench().store.read({ from: 'vms', where: { id: vm.id } });
    expect(row?.busy_operation_id).toBe(operation.id);
    // It has arrived; what it left behind is still to be deleted.
    for (const name of bench().fleet.drivers.keys()) {
      if (name !== vm.node) growDisk({ ...vm, node: name }, 30);
    }
    await soon();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await soon();
    await remove(await expectDisk(vm, 30));
  });
});
