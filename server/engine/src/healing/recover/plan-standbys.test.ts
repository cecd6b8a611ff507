import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainStandbyGap, explainStandbys } from './explain-standbys.ts';
import type { HeldStandby, StandbyNode, StandbyVm } from './model/standby.ts';
import { planStandbys } from './plan-standbys.ts';

const SIZE = { cpuCores: 2, memoryMib: 4096, diskGb: 20 };
const NODES: readonly StandbyNode[] = [
  { name: 'a1', zone: 'a', rack: 'r1', usable: 'yes' },
  { name: 'a2', zone: 'a', rack: 'r1', usable: 'yes' },
  { name: 'a3', zone: 'a', rack: 'r2', usable: 'yes' },
  // The name of a rack is unique within its zone only.
  { name: 'b1', zone: 'b', rack: 'r1', usable: 'yes' },
];

const vm = (more: Partial<StandbyVm> = {}): StandbyVm => ({
  id: 'vm',
  name: 'web',
  home: 'a1',
  priority: 50,
  amounts: SIZE,
  reach: new Set(NODES.map(({ name }) => name)),
  ...more,
});

const held = (node: string | null, amounts = SIZE): HeldStandby => ({ vmId: 'vm', node, amounts });

const out = (name: string) =>
  NODES.map((node) => (node.name === name ? { ...node, usable: 'no' as const } : node));

describe('the standby of a VM', () => {
  test('is in another zone, else in another rack, else on another node', () => {
    const { choose } = planStandbys({ vms: [vm()], held: [], nodes: NODES });
    expect(choose).toMatchObject([{ why: 'new', tiers: [['b1'], ['a3'], ['a2']] }]);
  });

  test('is on no node that is out of service, or does not reach the disks', () => {
    const reach = new Set(['a1', 'a2', 'b1']);
    const { choose } = planStandbys({ vms: [vm({ reach })], held: [], nodes: out('b1') });
    expect(choose.map(({ tiers }) => tiers)).toEqual([[['a2']]]);
    const alone = planStandbys({ vms: [vm({ reach: undefined })], held: [], nodes: NODES });
    expect(alone.choose.map(({ tiers }) => tiers)).toEqual([[]]);
  });

  test.each([
    ['its node leaves service', vm(), held('b1'), out('b1'), 'node'],
    ['the VM arrives there', vm({ home: 'b1' }), held('b1'), NODES, 'home'],
    ['the VM gets another size', vm(), held('b1', { ...SIZE, diskGb: 30 }), NODES, 'size'],
    ['its node loses the disks', vm({ reach: new Set(['a1', 'a2']) }), held('b1'), NODES, 'disks'],
    ['none could hold it before', vm(), held(null), NODES, 'new'],
  ] as const)('is chosen again when %s', (_, one, standby, nodes, why) => {
    const { choose, release } = planStandbys({ vms: [one], held: [standby], nodes });
    expect(choose.map((each) => each.why)).toEqual([why]);
    expect(release).toEqual([]);
  });

  test('stays while it can be used, and while its VM is about to be recovered', () => {
    const one = { vms: [vm()], held: [held('b1')] };
    expect(planStandbys({ ...one, nodes: NODES }).choose).toEqual([]);
    const both = out('a1').map((node) =>
      node.name === 'b1' ? { ...node, usable: 'no' as const } : node,
    );
    expect(planStandbys({ ...one, nodes: both })).toEqual({ choose: [], release: [] });
  });

  test('is given back when the VM is gone, or asks for it no more', () => {
    const plan = planStandbys({ vms: [], held: [held('b1')], nodes: NODES });
    expect(plan).toEqual({ choose: [], release: ['vm'] });
    expect(explainStandbys(plan)).toEqual(['the standby of vm is given back']);
  });

  test('is chosen for the important first, and never on the node of its VM', () => {
    const vms = fc.array(
      fc.record({
        home: fc.constantFrom(...NODES.map(({ name }) => name)),
        priority: fc.nat(3),
        id: fc.uuid(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(vms, (rows) => {
        const { choose } = planStandbys({ vms: rows.map(vm), held: [], nodes: NODES });
        expect(choose.length).toBe(rows.length);
        for (const each of choose) expect(each.tiers.flat()).not.toContain(each.vm.home);
        const priorities = choose.map((each) => each.vm.priority);
        expect(priorities).toEqual(priorities.toSorted((left, right) => right - left));
      }),
    );
  });

  test('is missing for a reason that people can read', () => {
    expect(explainStandbyGap('local', 'a1')).toBe('its root disk is in local storage of a1');
    expect(explainStandbyGap('of a later release', 'a1')).toBe('no other node can hold it');
  });
});
