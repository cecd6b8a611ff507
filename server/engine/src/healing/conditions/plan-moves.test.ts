import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainMoves } from './explain-conditions.ts';
import type {
  ConditionSeverity,
  KnownCondition,
  MovableVm,
  MoveInput,
  WatchedNode,
} from './model/condition.ts';
import { planMoves } from './plan-moves.ts';
import { SETTLED_MS } from './rules/weigh-conditions.ts';

const NOW_MS = 10_000_000;

const condition = (more: Partial<KnownCondition> = {}): KnownCondition => ({
  kind: 'disk_failing',
  subject: 'sda',
  severity: 'severe',
  evidence: 'sda: SMART expects it to fail',
  firstSeenMs: 0,
  lastSeenMs: 0,
  clearedMs: null,
  ...more,
});

const node = (name: string, ...conditions: readonly KnownCondition[]): WatchedNode => ({
  name,
  usable: 'yes',
  conditions,
});

const vm = (id: string, more: Partial<MovableVm> = {}): MovableVm => ({
  id,
  name: id,
  node: 'a',
  priority: 50,
  memoryMib: 1_024,
  notBeforeMs: null,
  ...more,
});

/** Returns the explanations of a round. */
function round(input: Partial<MoveInput>) {
  const nodes = [node('a', condition()), node('b')];
  const whole = { nodes, vms: [vm('vm-1')], underWay: 0, movesMax: 2, ...input };
  return explainMoves(planMoves(whole, { nowMs: NOW_MS }));
}

const MOVES = ['vm-1 leaves a before it fails: sda: SMART expects it to fail'];

describe('a VM', () => {
  test('leaves a node that is about to fail', () => {
    expect(round({})).toEqual(MOVES);
  });

  test.each<[string, Partial<KnownCondition>]>([
    ['that has just begun', { firstSeenMs: NOW_MS - SETTLED_MS.severe + 1 }],
    [
      'that is moderate and has begun a short time ago',
      { severity: 'moderate', firstSeenMs: NOW_MS - SETTLED_MS.moderate + 1 },
    ],
    ['that has ended', { clearedMs: NOW_MS - 1 }],
  ])('stays because of a condition %s', (_, more) => {
    expect(round({ nodes: [node('a', condition(more)), node('b')] })).toEqual([]);
  });

  test.each<[string, WatchedNode]>([
    ['has a condition as well', node('b', condition({ kind: 'memory_pressure' }))],
    ['had one a short time ago', node('b', condition({ clearedMs: NOW_MS - 1 }))],
    ['is out of service', { ...node('b'), usable: 'no' }],
  ])('stays where every other node %s', (_, other) => {
    const lines = round({ nodes: [node('a', condition()), other] });
    expect(lines).toEqual([
      expect.stringMatching(
        /^no VM is moved: there is no node in service without such a condition/,
      ),
    ]);
  });

  test('that was refused, or was moved a short time ago, waits', () => {
    expect(round({ vms: [vm('vm-1', { notBeforeMs: NOW_MS + 1 })] })).toEqual([]);
    expect(round({ vms: [vm('vm-1', { notBeforeMs: NOW_MS })] })).toEqual(MOVES);
  });
});

describe('errors of a storage', () => {
  const errors = condition({ kind: 'storage_errors', subject: 'pool-1' });

  test('that one node reports move its VMs', () => {
    expect(round({ nodes: [node('a', errors), node('b')] })).toHaveLength(1);
  });

  test('that several nodes report move none: they are those of the storage', () => {
    const nodes = [node('a', errors), node('b', errors), node('c')];
    expect(round({ nodes })).toEqual([]);
  });
});

test('no more moves are under way than the limit, those of the worst condition first', () => {
  const moderate = condition({ kind: 'raid_degraded', severity: 'moderate' });
  const nodes = [node('a', moderate), node('b', condition()), node('c')];
  const vms = [
    vm('on-a', { node: 'a', priority: 99 }),
    vm('large', { node: 'b', memoryMib: 4_096 }),
    vm('small', { node: 'b' }),
    vm('first', { node: 'b', priority: 60, memoryMib: 9_999 }),
  ];
  const begun = (underWay: number, movesMax: number) =>
    planMoves({ nodes, vms, underWay, movesMax }, { nowMs: NOW_MS }).begin.map(
      (move) => move.vm.id,
    );
  expect(begun(0, 9)).toEqual(['first', 'small', 'large', 'on-a']);
  expect(begun(0, 2)).toEqual(['first', 'small']);
  expect(begun(1, 2)).toEqual(['first']);
  expect(begun(3, 2)).toEqual([]);
  expect(round({ nodes, vms, underWay: 2 })).toEqual([
    '4 VMs wait for the end of moves that are under way',
  ]);
});

test('no VM leaves a node that is sound, or goes to one that is not, whatever there is', () => {
  const conditions = fc.array(
    fc.record({
      kind: fc.constantFrom('disk_failing', 'storage_errors', 'memory_pressure'),
      subject: fc.constantFrom('x', 'y'),
      severity: fc.constantFrom<ConditionSeverity[]>('severe', 'moderate'),
      evidence: fc.constant('something'),
      firstSeenMs: fc.integer({ min: 0, max: NOW_MS }),
      lastSeenMs: fc.constant(NOW_MS),
      clearedMs: fc.option(fc.integer({ min: 0, max: NOW_MS })),
    }),
    { maxLength: 3 },
  );
  const usable = fc.constantFrom<WatchedNode['usable'][]>('yes', 'no');
  const fleets = fc.array(fc.record({ usable, conditions }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fleets, fc.nat(4), fc.nat(3), (fleet, underWay, movesMax) => {
      const nodes = fleet.map((each, at) => ({ ...each, name: `n${at}` }));
      const vms = nodes.map(({ name }) => vm(`vm-${name}`, { node: name }));
      const plan = planMoves({ nodes, vms, underWay, movesMax }, { nowMs: NOW_MS });
      const named = (name: string) => nodes.find((each) => each.name === name);
      for (const { vm: moved } of plan.begin) {
        const own = named(moved.node)?.conditions ?? [];
        expect(own.some(({ clearedMs }) => clearedMs === null)).toBe(true);
        expect(plan.avoid).toContain(moved.node);
      }
      const targets = nodes.filter(
        (each) => each.usable === 'yes' && !plan.avoid.includes(each.name),
      );
      if (plan.begin.length > 0) expect(targets).not.toEqual([]);
      expect(underWay + plan.begin.length).toBeLessThanOrEqual(Math.max(underWay, movesMax));
    }),
  );
});
