import { describe, expect, test } from '@jest/globals';
import type { NodeId, VmId } from '@novacron/contract/ids';
import fc from 'fast-check';
import type { Amounts, PlacementNode } from '../place/model/placement.ts';
import { explainImprovement } from './explain-improvement.ts';
import { explainWaking } from './explain-waking.ts';
import type { ExpectedVms, ResidentVm, WakingInput, WakingPlan } from './model/optimizer.ts';
import { planImprovement } from './plan-improvement.ts';
import { planWaking } from './plan-waking.ts';

const CORES = 8;
const sizeOf = (cpuCores: number): Amounts => ({
  cpuCores,
  memoryMib: cpuCores * 1024,
  diskGb: cpuCores * 10,
});

const askOf = (name: string, cpu: number) =>
  ({
    vm: { name, labels: {}, ...sizeOf(cpu) },
    constraints: {},
    strategy: 'balanced',
  }) as const;

interface Fleet {
  /** Cores of the VMs of each node in service. */
  readonly awake: readonly (readonly number[])[];
  /** Wake-up time of each node on standby, in minutes. */
  readonly sleeping?: readonly number[];
}

/** Nodes `a0`, `a1`, … are in service, `s0`, `s1`, … on standby. */
function makeFleet({ awake, sleeping = [] }: Fleet) {
  const vms = awake.flatMap((cores, at) =>
    cores.map((cpu, nth): ResidentVm => {
      const name = `vm-${at}-${nth}`;
      return { id: name as VmId, tenantId: 'own', node: `a${at}`, request: askOf(name, cpu) };
    }),
  );
  const nodeOf = (name: string, status: 'ready' | 'standby', cores: readonly number[]) => ({
    id: name as NodeId,
    name,
    zone: 'zone',
    rack: name,
    status,
    capacity: sizeOf(CORES),
    used: sizeOf(cores.reduce((sum, each) => sum + each, 0)),
    vmCount: cores.length,
    residents: cores.map(sizeOf),
  });
  const nodes: PlacementNode[] = [
    ...awake.map((cores, at) => nodeOf(`a${at}`, 'ready', cores)),
    ...sleeping.map((_, at) => nodeOf(`s${at}`, 'standby', [])),
  ];
  return {
    nodes,
    vms,
    sleeping: sleeping.map((minutes, at) => ({ name: `s${at}`, wakeMs: minutes * 60_000 })),
    waking: new Set<string>(),
  };
}

const expect4 = (count: number, group = 'web'): ExpectedVms => ({
  group,
  tenantId: 'own',
  request: askOf(group, 4),
  count,
});

const planOf = (fleet: Fleet, expected: readonly ExpectedVms[], more: Partial<WakingInput> = {}) =>
  planWaking({ ...makeFleet(fleet), expected, ...more });

describe('planning which nodes are woken', () => {
  test('wakes none while the nodes in service have the room, with N+1', () => {
    const plan = planOf({ awake: [[4], [4], []], sleeping: [5] }, [expect4(1)]);
    expect(plan.wake).toEqual([]);
    expect(explainWaking(plan)).toEqual([]);
  });

  test('wakes one for VMs without room, and says for which group', () => {
    const plan = planOf({ awake: [[4, 4], [4]], sleeping: [5, 5] }, [expect4(2)]);
    // On s0 alone one of them could not restart elsewhere.
    expect(plan.wake).toEqual(['s0', 's1']);
    expect(plan.before).toEqual({ vms: 1, unguarded: [] });
    expect(plan.after).toEqual({ vms: 0, unguarded: [] });
    expect(explainWaking(plan)).toEqual([
      's0, s1 are woken: web is expected to need 2 more VMs; 1 of them have no room on nodes in ' +
        'service.',
    ]);
  });

  test('wakes one where there is room, but no N+1 with the VMs', () => {
    const plan = planOf({ awake: [[4], [4]], sleeping: [5, 5] }, [expect4(1)]);
    expect(plan.wake).toEqual(['s0']);
    expect(plan.before).toEqual({ vms: 0, unguarded: ['a0', 'a1'] });
    expect(explainWaking(plan)[0]).toContain('with them a0, a1 would not be N+1-safe');
  });

  test('wakes the ones first that wake soonest', () => {
    const plan = planOf({ awake: [[4], [4]], sleeping: [9, 2, 5] }, [expect4(1)]);
    expect(plan.wake).toEqual(['s1']);
  });

  test('counts the room of nodes that are being woken', () => {
    const fleet = { awake: [[4], [4]], sleeping: [5, 5] };
    const sleeping = makeFleet(fleet).sleeping.slice(1);
    const plan = planOf(fleet, [expect4(1)], { sleeping, waking: new Set(['s0']) });
    expect(plan.wake).toEqual([]);
  });

  test('wakes none that would not help, and says what is lacking', () => {
    const large: ExpectedVms = { ...expect4(1), request: askOf('web', 2 * CORES) };
    const plan = planOf({ awake: [[4], [4]], sleeping: [5] }, [large]);
    expect(plan.wake).toEqual([]);
    expect(explainWaking(plan)).toEqual([
      'No node on standby has room for 1 of the expected VMs (web is expected to need 1 more ' +
        'VM): add nodes, or lower max_size of those groups.',
    ]);
  });
});

describe('a consolidation', () => {
  const consolidate = (fleet: Fleet, more: object) => {
    const { nodes, vms } = makeFleet(fleet);
    const goal = { kind: 'consolidate', headroomRatio: 0 } as const;
    const input = { goal, nodes, vms, movesMax: 100, failover: 'keep', ...more } as const;
    const plan = planImprovement(input);
    if (!plan.ok) throw new Error(plan.error.detail);
    return plan.value;
  };
  const idle = { awake: [[2], [2], [], []] };

  test('empties nodes that nothing is expected on', () => {
    expect(consolidate(idle, {})).toMatchObject({
      emptied: ['a2', 'a3'],
      kept: [
        { name: 'a0', why: 'last' },
        { name: 'a1', why: 'last' },
      ],
    });
  });

  test('keeps those that expected VMs need, and says so', () => {
    const plan = consolidate(idle, { expected: [expect4(3)] });
    expect(plan.emptied).toEqual(['a0']);
    expect(plan.kept.map(({ name, why }) => `${name} ${why}`)).toEqual([
      'a2 expected',
      'a3 expected',
      'a1 expected',
    ]);
    expect(explainImprovement(plan)).toContain(
      'In service for VMs that groups are expected to need: a2, a3, a1.',
    );
  });

  test('keeps those that were woken a while ago', () => {
    const plan = consolidate(idle, { held: new Set(['a2']) });
    expect(plan.kept).toContainEqual({ name: 'a2', why: 'held' });
    expect(plan.emptied).not.toContain('a2');
  });
});

const someFleet = fc.record({
  awake: fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }), {
    minLength: 1,
    maxLength: 5,
  }),
  sleeping: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
});
const someExpected = fc.array(
  fc.record({
    group: fc.constantFrom('web', 'db'),
    count: fc.integer({ min: 0, max: 5 }),
    cpu: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 2 },
);
const toExpected = (each: { group: string; count: number; cpu: number }): ExpectedVms => ({
  ...expect4(each.count, each.group),
  request: askOf(each.group, each.cpu),
});

/** The nodes in service once these are woken, and once the plan is carried out. */
const withWoken = ({ awake, sleeping }: Fleet, plan: WakingPlan): Fleet => ({
  awake: [...awake, ...plan.wake.map(() => [])],
  sleeping: (sleeping ?? []).slice(plan.wake.length),
});

describe('what always holds of waking', () => {
  test('nodes are woken as long as that helps, and no more than needed', () => {
    fc.assert(
      fc.property(someFleet, someExpected, (fleet, drawn) => {
        const expected = drawn.map(toExpected);
        const input = { ...makeFleet(fleet), expected };
        const plan = planWaking(input);
        const awake = new Set(input.sleeping.map(({ name }) => name));
        const all = planWaking({ ...input, sleeping: [], waking: awake }).after;
        // Waking them all would not do better: neither for room, nor for N+1.
        expect(plan.after.vms).toBe(Math.min(plan.before.vms, all.vms));
        if (all.vms === 0 && all.unguarded.length === 0) expect(plan.after).toEqual(all);
        // Without any one of them something is lacking that is not now.
        const offered = input.sleeping.filter(({ name }) => plan.wake.includes(name));
        expect(planWaking({ ...input, sleeping: offered })).toEqual(plan);
        for (const { name: spared } of offered) {
          const sleeping = offered.filter(({ name }) => name !== spared);
          const { after } = planWaking({ ...input, sleeping });
          const isMore =
            after.vms > plan.after.vms ||
            after.unguarded.some((node) => !plan.after.unguarded.includes(node));
          expect(isMore).toBe(true);
        }
      }),
    );
  });

  test('what a consolidation empties is not woken again for the same VMs', () => {
    fc.assert(
      fc.property(someFleet, someExpected, (fleet, drawn) => {
        const expected = drawn.map(toExpected);
        const plan = planOf(fleet, expected);
        const after = makeFleet(withWoken(fleet, plan));
        const consolidated = planImprovement({
          ...after,
          goal: { kind: 'consolidate', headroomRatio: 0 },
          movesMax: 100,
          failover: 'keep',
          expected,
        });
        if (!consolidated.ok) throw new Error(consolidated.error.detail);
        const { emptied } = consolidated.value;
        const left = after.nodes.map((node) =>
          emptied.includes(node.name) ? { ...node, status: 'standby' as const } : node,
        );
        const homes = new Map<string, string>(
          consolidated.value.moves.map(({ vmId, to }) => [vmId, to]),
        );
        const vms = after.vms.map((vm) => ({ ...vm, node: homes.get(vm.id) ?? vm.node }));
        const used = left.map((node) => {
          const here = vms.filter((vm) => vm.node === node.name).map(({ request }) => request.vm);
          const cores = here.reduce((sum, { cpuCores }) => sum + cpuCores, 0);
          return { ...node, used: sizeOf(cores), vmCount: here.length, residents: here };
        });
        const sleeping = emptied.map((name) => ({ name, wakeMs: 0 }));
        expect(planWaking({ ...after, nodes: used, vms, expected, sleeping }).wake).toEqual([]);
      }),
    );
  });

  test('the same input gives the same plan, and is not changed', () => {
    fc.assert(
      fc.property(someFleet, someExpected, (fleet, drawn) => {
        const input = { ...makeFleet(fleet), expected: drawn.map(toExpected) };
        const copy = structuredClone(input);
        expect(planWaking(input)).toEqual(planWaking(copy));
        expect(input).toEqual(copy);
      }),
      { numRuns: 50 },
    );
  });
});
