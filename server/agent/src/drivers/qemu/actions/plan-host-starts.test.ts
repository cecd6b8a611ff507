import { describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { createSampleIds, sampleSpec } from '../../../test-kit/samples.ts';
import type { MachineRecord } from '../machine/machine-record.ts';
import { earlierStarts, planHostStarts } from './plan-host-starts.ts';

const ids = createSampleIds();
const [first, second, third] = [ids('vm'), ids('vm'), ids('vm')] as [VmId, VmId, VmId];

function record(vm_id: VmId, change: Partial<MachineRecord> = {}): MachineRecord {
  return {
    vm_id,
    generation: 1,
    spec: sampleSpec(),
    volumes: [],
    phase: 'here',
    migrated_to: null,
    stop_reason: 'host',
    ...change,
  };
}

test('the highest priority starts first, and 50 is that of machines without one', () => {
  const low = record(first, { spec: sampleSpec({ priority: 49 }) });
  const none = record(second);
  const high = record(third, { spec: sampleSpec({ priority: 51 }) });
  expect(planHostStarts([low, none, high])).toEqual([high, none, low]);
});

test('machines of one priority start in the order of their ids', () => {
  expect(planHostStarts([record(second), record(third), record(first)])).toEqual([
    record(first),
    record(second),
    record(third),
  ]);
});

test.each(['guest', 'command', 'crash', 'panic', 'io_error', 'unknown', null] as const)(
  'a machine that stopped with the reason %s does not start',
  (stop_reason) => {
    expect(planHostStarts([record(first, { stop_reason })])).toEqual([]);
  },
);

test.each(['incoming', 'migrated'] as const)('one that is %s does not start', (phase) => {
  expect(planHostStarts([record(first, { phase })])).toEqual([]);
});

describe('the machines that start before another one', () => {
  const after = (vm_id: VmId, ...start_after: VmId[]) =>
    record(vm_id, { spec: sampleSpec({ start_after }) });

  test('are those that it names, if they start on this host', () => {
    expect(earlierStarts([after(first, second, third), record(second)])).toEqual(
      new Map([
        [first, [second]],
        [second, []],
      ]),
    );
  });

  test('are none of a circle, and others wait for that', () => {
    expect(
      earlierStarts([after(first, second), after(second, first), after(third, first)]),
    ).toEqual(
      new Map([
        [first, []],
        [second, []],
        [third, [first]],
      ]),
    );
  });
});
