import { afterEach, beforeEach, expect } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { findFaults } from './find-faults.ts';
import { inspectFleet } from './inspect-fleet.ts';
import { type Bench, startBench } from './start-bench.ts';

/**
 * Gives each test of a file a bench of its own. After each test nothing may run, all books must
 * agree with the machines, and nothing may have been logged as an error.
 * @returns the bench of the running test
 */
export function useBench(options: Parameters<typeof startBench>[0] = {}): () => Bench {
  let bench: Bench | undefined;

  beforeEach(async () => {
    bench = await startBench(options);
  });

  afterEach(async () => {
    const last = bench;
    bench = undefined;
    if (last === undefined) return;
    await last.endAll();
    const { store, errors } = last;
    const faults = await findFaults({ store, machines: await inspectFleet(last.fleet) });
    await last.stop();
    expect([...faults, ...errors]).toEqual([]);
  });

  return () => {
    if (bench === undefined) throw new Error('a bench is there while a test runs');
    return bench;
  };
}

/** A VM that fits anywhere. */
export const SMALL_VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 } as const;

/** Creates a VM and waits until it runs. */
export async function makeVm(bench: Bench, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
  const { resource, operation } = await bench.expectOk('vm.create', { ...SMALL_VM, ...more });
  expect(await bench.end(operation)).toMatchObject({ status: 'succeeded' });
  return bench.expectOk('vm.get', { id: resource.id });
}

/** The machine of a VM on its desired node. */
export async function machineOf(bench: Bench, vm: Pick<Vm, 'id' | 'node'>) {
  const machines = (await inspectFleet(bench.fleet)).get(String(vm.node));
  return machines?.find(({ vm_id }) => vm_id === vm.id);
}
