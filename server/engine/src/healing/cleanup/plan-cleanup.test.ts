import { expect, test } from '@jest/globals';
import { type Machine, MachineStatus } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import fc from 'fast-check';
import type { CleanupInput, KnownVm } from './model/healing.ts';
import { planCleanup, REMOVALS_PER_ROUND_MAX } from './plan-cleanup.ts';

const NODES = ['node-a', 'node-b', 'node-c'];
const SPEC = { name: 'web', cpu_cores: 1, memory_mib: 1024, disk_gb: 10, template: 'default' };

const knownVms: fc.Arbitrary<KnownVm> = fc.record({
  life: fc.constantFrom('exists', 'gone', 'never'),
  generation: fc.nat(9),
  places: fc.subarray(NODES),
  recoveredFrom: fc.subarray(NODES),
  recreatedFrom: fc.subarray(NODES),
  inFlight: fc.constantFrom('yes', 'no'),
});

const inputs: fc.Arbitrary<CleanupInput> = fc
  .array(
    fc.record({
      status: fc.constantFrom(...MachineStatus.options),
      generation: fc.nat(9),
      vm: fc.option(knownVms, { nil: undefined }),
    }),
    { maxLength: 30 },
  )
  .map((rows) => {
    const machines = rows.map(({ status, generation }, index): Machine => {
      // Ids only have to differ here.
      const vm_id = `vm_${index}` as VmId;
      return {
        vm_id,
        generation,
        status,
        spec: { ...SPEC, network: null, labels: {} },
        volumes: [],
      };
    });
    const vms = rows.flatMap(({ vm }, index) =>
      vm === undefined ? [] : [[`vm_${index}` as VmId, vm] as const],
    );
    return { node: 'node-a', machines, vms: new Map(vms) };
  });

function removedVms(input: CleanupInput): (KnownVm | undefined)[] {
  return planCleanup(input).removals.map(({ vmId }) => input.vms.get(vmId));
}

test('nothing is removed that an operation in flight may own', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const vm of removedVms(input)) expect(vm?.inFlight).toBe('no');
    }),
  );
});

test('nothing is removed of a VM that is unknown, or that has a place on the node', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const vm of removedVms(input)) {
        expect(['exists', 'gone']).toContain(vm?.life);
        if (vm?.life === 'exists') expect(vm.places).not.toContain('node-a');
      }
    }),
  );
});

test('nothing that could run is removed while its VM exists and was not recovered', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { vmId, was, why } of planCleanup(input).removals) {
        if (input.vms.get(vmId)?.life === 'gone') continue;
        const machine = input.machines.find(({ vm_id }) => vm_id === vmId);
        const vm = input.vms.get(vmId);
        const isOlder = Number(machine?.generation) < Number(vm?.generation);
        const isSuperseded = vm?.recoveredFrom.includes('node-a') === true && isOlder;
        expect(why).toBe(isSuperseded ? 'superseded' : 'left-behind');
        if (isSuperseded) continue;
        expect(['migrated', 'incoming']).toContain(was);
      }
    }),
  );
});

test('a round is bounded but for copies of recovered VMs, and what it leaves is counted', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { removals: all, postponed } = planCleanup(input);
      const removals = all.filter(({ why }) => why !== 'superseded');
      expect(removals.length).toBeLessThanOrEqual(REMOVALS_PER_ROUND_MAX);
      if (removals.length < REMOVALS_PER_ROUND_MAX) expect(postponed).toBe(0);
    }),
  );
});

test('a removal is never older than its machine', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { vmId, generation } of planCleanup(input).removals) {
        const machine = input.machines.find(({ vm_id }) => vm_id === vmId);
        expect(generation).toBeGreaterThanOrEqual(machine?.generation ?? 0);
      }
    }),
  );
});
