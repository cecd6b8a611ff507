import { describe, expect, test } from '@jest/globals';
import type { NodeId, VmId } from '@novacron/contract/ids';
import fc from 'fast-check';
import { findFailoverGap } from '../place/decide/find-failover-gap.ts';
import type { PlacementConstraints, PlacementNode } from '../place/model/placement.ts';
import { explainImprovement } from './explain-improvement.ts';
import type {
  ImprovementGoal,
  ImprovementInput,
  ImprovementPlan,
  ResidentVm,
} from './model/optimizer.ts';
import { planImprovement } from './plan-improvement.ts';

const NOTHING = { cpuCores: 0, memoryMib: 0, diskGb: 0 };
const NODE_SIZE = { cpuCores: 16, memoryMib: 65_536, diskGb: 1000 };

interface VmPlan {
  readonly node: number;
  readonly cpu: number;
  readonly group?: string;
  readonly immovable?: string;
  readonly power?: 'off';
  readonly constraints?: PlacementConstraints;
}

function makeVm(plan: VmPlan, at: number): ResidentVm {
  const { node, cpu, group, immovable, power, constraints } = plan;
  const name = `vm-${at}`;
  const apart = { rule: 'apart', level: 'node', need: 'required' } as const;
  const affinity = group === undefined ? [] : [{ ...apart, to: { kind: 'group', group } as const }];
  const size = { cpuCores: cpu, memoryMib: cpu * 4096, diskGb: cpu * 20 };
  return {
    id: name as VmId,
    tenantId: 'tenant',
    node: `node-${node}`,
    request: {
      vm: { name, ...size, labels: {}, group },
      constraints: constraints ?? { affinity },
      strategy: 'balanced',
    },
    immovable,
    power,
  };
}

function makeNodes(count: number, vms: readonly ResidentVm[]): readonly PlacementNode[] {
  return Array.from({ length: count }, (_, at) => {
    const name = `node-${at}`;
    const own = vms.filter(({ node }) => node === name).map(({ request }) => request.vm);
    return {
      id: name as NodeId,
      name,
      zone: `zone-${at % 3}`,
      rack: `rack-${at % 2}`,
      status: 'ready' as const,
      capacity: NODE_SIZE,
      vmCount: own.length,
      used: own.reduce(
        (sum, { cpuCores, memoryMib, diskGb }) => ({
          cpuCores: sum.cpuCores + cpuCores,
          memoryMib: sum.memoryMib + memoryMib,
          diskGb: sum.diskGb + diskGb,
        }),
        NOTHING,
      ),
      residents: own,
    };
  });
}

function request(
  goal: ImprovementGoal,
  nodes: number,
  plans: readonly VmPlan[],
  more: Partial<ImprovementInput> = {},
): ImprovementInput {
  const vms = plans.map(makeVm);
  return { goal, nodes: makeNodes(nodes, vms), vms, movesMax: 100, failover: 'keep', ...more };
}

function planOf(input: ImprovementInput): ImprovementPlan {
  const plan = planImprovement(input);
  if (!plan.ok) throw new Error(plan.error.detail);
  return plan.value;
}

const REDUCE_COST: ImprovementGoal = { kind: 'reduce_cost', headroomRatio: 0.1 };

/** Costs of node-0, node-1 and so on in euros per hour; undefined: not known. */
function pricesOf(rates: readonly (number | undefined)[]): ImprovementInput['prices'] {
  const known = rates.flatMap((rate, at): (readonly [string, number])[] =>
    rate === undefined ? [] : [[`node-${at}`, rate * 1_000_000]],
  );
  return { list: 'standard', currency: 'EUR', rates: new Map(known) };
}

describe('planning improvements', () => {
  test('a drain moves every VM off the node and says what that costs and leaves', () => {
    const plan = planOf(
      request({ kind: 'drain', node: 'node-0' }, 3, [
        { node: 0, cpu: 2 },
        { node: 0, cpu: 4 },
        { node: 1, cpu: 2 },
      ]),
    );
    expect(plan.moves.map(({ vm, from, to }) => ({ vm, from, to }))).toEqual([
      { vm: 'vm-1', from: 'node-0', to: 'node-2' },
      { vm: 'vm-0', from: 'node-0', to: 'node-1' },
    ]);
    expect(explainImprovement(plan)).toEqual([
      '2 live migrations empty node node-0.',
      'Effort: 24 GB of memory to copy, about 50 s, one VM at a time.',
      'Nodes with VMs: 2 before, 2 after. Imbalance: 0.3367 before, 0 after.',
      'N+1: any node in service may fail, and its VMs have room elsewhere.',
    ]);
  });

  test('a drain says which VMs move switched off: their memory is not copied', () => {
    const plan = planOf(
      request({ kind: 'drain', node: 'node-0' }, 3, [
        { node: 0, cpu: 2 },
        { node: 0, cpu: 4, power: 'off' },
      ]),
    );
    expect(plan.moves.map(({ vm, manner }) => ({ vm, manner }))).toEqual([
      { vm: 'vm-1', manner: 'cold' },
      { vm: 'vm-0', manner: 'live' },
    ]);
    const [moves, effort] = explainImprovement(plan);
    expect(moves).toBe('1 live migration and 1 cold migration (of stopped VMs) empty node node-0.');
    expect(effort).toMatch(/^Effort: 8 GB of memory to copy, /);
  });

  test('a drain names each VM that cannot move, and why', () => {
    const plan = planOf(
      request({ kind: 'drain', node: 'node-0' }, 3, [
        { node: 0, cpu: 2, immovable: 'it is stopped' },
        { node: 0, cpu: 2, constraints: { node: 'node-0' } },
        { node: 0, cpu: 2, group: 'web' },
        { node: 1, cpu: 2, group: 'web' },
        { node: 2, cpu: 2, group: 'web' },
      ]),
    );
    expect(plan.left.map(({ vm, why }) => `${vm}: ${why}`)).toEqual([
      'vm-0: it is stopped',
      'vm-1: it is pinned to node-0 (placement.node)',
      'vm-2: on every node with room it would break a rule about other VMs',
    ]);
    expect(explainImprovement(plan)[0]).toBe('Node node-0 cannot be emptied: 3 VMs cannot move.');
  });

  test('a drain says when no node has room, and when a move would cost the room to restart', () => {
    const full = planOf(
      request({ kind: 'drain', node: 'node-0' }, 2, [
        { node: 0, cpu: 10 },
        { node: 1, cpu: 10 },
      ]),
    );
    expect(full.left.map(({ why }) => why)).toEqual(['no other node in service has room for it']);
    const plans = [
      { node: 0, cpu: 8 },
      { node: 1, cpu: 8 },
      { node: 2, cpu: 8 },
    ];
    const unsafe = request({ kind: 'drain', node: 'node-0' }, 3, plans);
    expect(planOf(unsafe).left.map(({ why }) => why)).toEqual([
      "wherever it went, some node's VMs would lose the room to restart elsewhere",
    ]);
    expect(explainImprovement(planOf(unsafe))[1]).toBe(
      'Each of them can move if N+1 is ignored until the node is back (--failover ignore).',
    );
    expect(explainImprovement(full).join()).not.toContain('--failover');
    expect(planOf({ ...unsafe, failover: 'ignore' }).left).toEqual([]);
  });

  test('a rebalance evens out, and stops at the budget', () => {
    const plans = Array.from({ length: 6 }, () => ({ node: 0, cpu: 2 }));
    const plan = planOf(request({ kind: 'rebalance' }, 3, plans));
    expect(plan.moves).toHaveLength(4);
    expect(plan.after.imbalance).toBeCloseTo(0);
    const short = planOf(request({ kind: 'rebalance' }, 3, plans, { movesMax: 2 }));
    expect(short.moves).toHaveLength(2);
    expect(explainImprovement(planOf(request({ kind: 'rebalance' }, 3, [])))[0]).toBe(
      'The fleet is as even as moves within the budget and the rules make it.',
    );
  });

  test('a consolidation empties nodes with little to move, keeps headroom and two nodes', () => {
    const plans = [0, 1, 2, 3].map((node) => ({ node, cpu: 2 }));
    const goal = { kind: 'consolidate', headroomRatio: 0.2 } as const;
    const plan = planOf(request(goal, 4, plans));
    expect(plan.emptied).toEqual(['node-0', 'node-1']);
    expect(plan.moves).toHaveLength(2);
    expect(plan.after.nodesInUse).toBe(2);
    const strict = planOf(request({ kind: 'consolidate', headroomRatio: 0.85 }, 4, plans));
    expect(strict.emptied).toEqual([]);
    expect(explainImprovement(strict)[0]).toBe(
      'No node can be emptied within the budget and the rules.',
    );
    const spread = planOf(request(goal, 6, [...plans.slice(0, 3), { node: 3, cpu: 9 }]));
    expect(explainImprovement(spread)[0]).toBe(
      '2 live migrations empty 2 nodes: node-0, node-1; 2 more are empty already.',
    );
    const idle = planOf(request(goal, 4, [{ node: 0, cpu: 2 }]));
    expect(explainImprovement(idle)[0]).toBe('Empty already: node-1, node-2.');
  });

  test('a reduction of cost fills cheap nodes from dear ones, and says what it saves', () => {
    const plans = [0, 1, 2].map((node) => ({ node, cpu: 4 }));
    // Node 3 is empty: it would cost something once it had a VM.
    const plan = planOf(request(REDUCE_COST, 4, plans, { prices: pricesOf([9, 2, 4, 1]) }));
    expect(plan.moves.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'node-0 node-1',
      'node-2 node-1',
    ]);
    // 16,384 MiB each at 500 MiB/s. A quarter of node-1 counts twice; node-2 is in use longer.
    const hours = 16_384 / 500 / 3_600;
    const moves = hours * (0.25 * 2 + 9 + 4) + hours * (0.25 * 2 + 4);
    expect(plan.cost).toEqual({
      currency: 'EUR',
      savings: 13_000_000,
      moves: Math.round(moves * 1e6),
      paybackHours: expect.closeTo(moves / 13),
      unknown: null,
    });
    expect(explainImprovement(plan)).toEqual([
      '2 live migrations empty 2 nodes: node-0, node-2.',
      'Stays in use, because two nodes stay in service: node-1.',
      'Effort: 32 GB of memory to copy, about 66 s, one VM at a time.',
      'Savings: 13 EUR per hour. The moves cost 0.16384 EUR: paid back in 1 min.',
      'Nodes with VMs: 3 before, 1 after. Imbalance: 0.2338 before, 0.81 after.',
      'N+1: any node in service may fail, and its VMs have room elsewhere.',
    ]);
  });

  test('a reduction of cost uses an empty node only where that costs less', () => {
    const plans = [
      { node: 0, cpu: 4 },
      { node: 1, cpu: 16 },
    ];
    const planAt = (rates: readonly number[]) =>
      planOf(request(REDUCE_COST, 3, plans, { prices: pricesOf(rates), failover: 'ignore' }));
    const cheaper = planAt([9, 1, 3]);
    expect(cheaper).toMatchObject({ emptied: ['node-0'], cost: { savings: 6_000_000 } });
    const same = planAt([9, 1, 9]);
    expect(same).toMatchObject({ moves: [], cost: { savings: 0, paybackHours: null } });
    expect(explainImprovement(same).slice(0, 2)).toEqual([
      'No moves within the budget and the rules reduce the cost of the nodes in use.',
      'Stays in use, because its VMs would need nodes that cost as much: node-0, node-1.',
    ]);
  });

  test('a reduction of cost says why the VM of a node has no place', () => {
    const pinned = { node: 0, cpu: 4, constraints: { node: 'node-0' } };
    const plans = [pinned, { node: 1, cpu: 4 }, { node: 2, cpu: 4 }];
    const plan = planOf(request(REDUCE_COST, 3, plans, { prices: pricesOf([9, 2]) }));
    expect(explainImprovement(plan)).toContain(
      'node-0 stays in use, because a VM has no place on nodes of known cost: ' +
        'it is pinned to node-0 (placement.node).',
    );
  });

  test('a reduction of cost leaves nodes of unknown cost', () => {
    const plans = [0, 1, 2].map((node) => ({ node, cpu: 4 }));
    const some = request(REDUCE_COST, 3, plans, { prices: pricesOf([undefined, 2, 4]) });
    expect(planOf(some).moves).toMatchObject([{ from: 'node-2', to: 'node-1' }]);
    const none = planOf({ ...some, prices: pricesOf([]) });
    expect(none).toMatchObject({ moves: [], cost: { savings: null } });
    expect(explainImprovement(none)).toContain(
      'Savings are unknown: the price list standard does not say what node-0, node-1, node-2 ' +
        'cost (node_classes, node).',
    );
    expect(planOf({ ...some, prices: undefined }).cost).toMatchObject({
      currency: null,
      unknown: 'there is no price list',
    });
  });

  test('a defragmentation moves a VM once, where two moves have the same end', () => {
    const plans = [
      { node: 2, cpu: 1, group: 'web' },
      { node: 0, cpu: 1 },
      { node: 0, cpu: 2 },
      { node: 3, cpu: 1, group: 'web' },
      { node: 1, cpu: 1 },
    ];
    const { moves } = planOf(request({ kind: 'defragment' }, 4, plans, { movesMax: 3 }));
    expect(moves).toHaveLength(2);
    expect(new Set(moves.map(({ vm }) => vm)).size).toBe(2);
  });

  test('a defragmentation makes room for VMs of the size by few moves', () => {
    const plans = [0, 1, 2].map((node) => ({ node, cpu: 6 }));
    const size = { cpuCores: 16, memoryMib: 65_536, diskGb: 100 };
    const plan = planOf(request({ kind: 'defragment', size }, 3, plans));
    expect(plan).toMatchObject({ before: { slots: 0 }, after: { slots: 1 } });
    expect(plan.moves).toHaveLength(1);
    expect(explainImprovement(plan)).toContain('Room for VMs of the size: 0 before, 1 after.');
  });

  test.each([
    [{ kind: 'drain', node: 'nowhere' }, 1, 'there is no node nowhere, so it cannot be drained'],
    [{ kind: 'consolidate', headroomRatio: 1 }, 1, 'headroom must be 0 or more and below 1, not 1'],
    [{ kind: 'rebalance' }, -1, 'moves_max must be a whole number, 0 or more, not -1'],
  ] as const)('a question that makes no sense is refused: %j', (goal, movesMax, text) => {
    const plan = planImprovement(request(goal, 1, [], { movesMax }));
    expect(plan.ok ? '' : plan.error.detail).toContain(text);
  });
});

const someInput = fc
  .record({
    nodes: fc.integer({ min: 2, max: 7 }),
    vms: fc.array(
      fc.record({
        node: fc.nat({ max: 6 }),
        cpu: fc.integer({ min: 1, max: 5 }),
        group: fc.option(fc.constantFrom('web', 'db'), { nil: undefined, freq: 2 }),
      }),
      { maxLength: 24 },
    ),
    kind: fc.constantFrom('drain', 'rebalance', 'consolidate', 'defragment', 'reduce_cost'),
    rates: fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }), {
      minLength: 7,
      maxLength: 7,
    }),
    movesMax: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ nodes, vms, kind, rates, movesMax }) => {
    const goal: ImprovementGoal =
      kind === 'drain'
        ? { kind, node: 'node-0' }
        : kind === 'consolidate' || kind === 'reduce_cost'
          ? { kind, headroomRatio: 0.1 }
          : { kind };
    return request(goal, nodes, keepRules(nodes, vms), {
      movesMax,
      prices: pricesOf(rates),
    });
  });

/** Leaves out what does not fit, and members of a group that share a node. */
function keepRules(
  nodes: number,
  vms: readonly { node: number; cpu: number; group: string | undefined }[],
): readonly VmPlan[] {
  const used = new Map<number, number>();
  const taken = new Set<string>();
  return vms.flatMap(({ node: wanted, cpu, group }) => {
    const node = wanted % nodes;
    const after = (used.get(node) ?? 0) + cpu;
    const place = `${group}/${node}`;
    if (after > NODE_SIZE.cpuCores || (group !== undefined && taken.has(place))) return [];
    used.set(node, after);
    taken.add(place);
    return [group === undefined ? { node, cpu } : { node, cpu, group }];
  });
}

/** Known cost per hour of the nodes with VMs. */
function costOf({ prices }: ImprovementInput, homes: Iterable<string>): number {
  return [...new Set(homes)].reduce((sum, node) => sum + (prices?.rates.get(node) ?? 0), 0);
}

/** The fleet after each move, and while it is under way. */
function* walk({ nodes: first, vms, goal }: ImprovementInput, plan: ImprovementPlan) {
  const out = new Set(goal.kind === 'drain' ? [goal.node] : plan.emptied);
  const home = new Map(vms.map(({ request: { vm }, node }) => [vm.name, node]));
  const standing = (): readonly PlacementNode[] =>
    makeNodes(
      first.length,
      vms.map((each) => ({ ...each, node: home.get(each.request.vm.name) ?? '' })),
    ).map((node) => (out.has(node.name) ? { ...node, status: 'draining' } : node));
  yield standing();
  for (const { vm, from, to } of plan.moves) {
    expect(home.get(vm)).toBe(from);
    yield holdTwice(standing(), { vm, from, to });
    home.set(vm, to);
    yield standing();
  }
}

/** While a VM moves both nodes hold its room, and it restarts from neither. */
function holdTwice(
  nodes: readonly PlacementNode[],
  { vm, from, to }: Pick<ImprovementPlan['moves'][number], 'vm' | 'from' | 'to'>,
): readonly PlacementNode[] {
  const mover = nodes
    .find(({ name }) => name === from)
    ?.residents?.find((each) => 'name' in each && each.name === vm);
  const { cpuCores = 0, memoryMib = 0, diskGb = 0 } = mover ?? {};
  return nodes.map((node) => {
    if (node.name === from) {
      return { ...node, residents: node.residents?.filter((each) => each !== mover) };
    }
    if (node.name !== to) return node;
    const used = {
      cpuCores: node.used.cpuCores + cpuCores,
      memoryMib: node.used.memoryMib + memoryMib,
      diskGb: node.used.diskGb + diskGb,
    };
    return { ...node, used };
  });
}

function findAllUnsafe(nodes: readonly PlacementNode[]): readonly string[] {
  const emptyVm = { ...NOTHING };
  return nodes.flatMap((node) => {
    const others = nodes.map((each) =>
      each.id === node.id || each.status !== 'ready' ? each : { ...each, residents: [] },
    );
    const unsafe = findFailoverGap(others, { target: node, vm: emptyVm });
    return unsafe === node.name && node.status === 'ready' ? [unsafe] : [];
  });
}

describe('room that is reserved for a VM on another node', () => {
  // Two nodes of 16 cores: each has a VM of 6 cores, and the room for that of the other one.
  const pair = (more: Partial<ResidentVm> = {}): ImprovementInput => {
    const plain = request({ kind: 'drain', node: 'node-0' }, 2, [
      { node: 0, cpu: 6 },
      { node: 1, cpu: 6 },
    ]);
    const vms = plain.vms.map((vm): ResidentVm => {
      const { cpuCores, memoryMib, diskGb } = vm.request.vm;
      const node = vm.node === 'node-0' ? 'node-1' : 'node-0';
      return { ...vm, standbyRoom: { node, amounts: { cpuCores, memoryMib, diskGb } }, ...more };
    });
    const nodes = plain.nodes.map((node) => ({
      ...node,
      used: { cpuCores: 12, memoryMib: 12 * 4096, diskGb: 12 * 20 },
    }));
    return { ...plain, nodes, vms };
  };

  test('is room for that VM when its node is drained', () => {
    const plan = planOf(pair());
    expect(plan.left).toEqual([]);
    expect(plan.moves).toMatchObject([{ vm: 'vm-0', from: 'node-0', to: 'node-1' }]);
    expect(plan.emptied).toEqual(['node-0']);
  });

  test('is no room for others', () => {
    const { vms, ...rest } = pair();
    const [first, ...others] = vms;
    if (first === undefined) throw new Error('there is no VM');
    const plan = planOf({ ...rest, vms: [{ ...first, standbyRoom: undefined }, ...others] });
    expect(plan.left).toMatchObject([
      { vm: 'vm-0', why: 'no other node in service has room for it' },
    ]);
  });

  test('counts as the room that its VM needs when its node fails', () => {
    expect(planOf(pair()).before.unguarded).toEqual([]);
    expect(planOf(pair({ standbyRoom: undefined })).before.unguarded).toEqual(['node-0', 'node-1']);
  });

  test('is used once: a way of two moves finds it as it was', () => {
    const input = { ...pair(), goal: { kind: 'rebalance' } } as const;
    const plan = planOf(input);
    expect(plan.moves).toEqual([]);
    expect(plan.after).toEqual(plan.before);
  });
});

describe('a VM that is started elsewhere when its node is lost', () => {
  const SHARED = new Set(['node-0', 'node-1']);
  // The node whose storage is its own has more room than the one that shares its storage.
  const mixed = (goal: ImprovementGoal, cpu: number): ImprovementInput => {
    const { vms, ...rest } = request(goal, 3, [
      { node: 0, cpu: 4 },
      { node: 0, cpu: 4 },
      { node: 1, cpu },
    ]);
    return { ...rest, vms: vms.map((vm) => ({ ...vm, restartableOn: SHARED })) };
  };

  test('goes where it still is by a drain, and elsewhere only as the last resort', () => {
    const drain = { kind: 'drain', node: 'node-0' } as const;
    const placesOf = (cpu: number) =>
      planOf({ ...mixed(drain, cpu), failover: 'ignore' }).moves.map(({ to }) => to);
    expect(placesOf(8)).toEqual(['node-1', 'node-1']);
    expect(placesOf(12)).toEqual(['node-1', 'node-2']);
  });

  test('stays where it is by other goals, rather than lose that', () => {
    expect(planOf(mixed({ kind: 'rebalance' }, 8)).moves).toEqual([]);
    const { vms, ...rest } = mixed({ kind: 'rebalance' }, 8);
    const plain = vms.map((vm) => ({ ...vm, restartableOn: undefined }));
    expect(planOf({ ...rest, vms: plain }).moves).not.toEqual([]);
  });
});

describe('what always holds of a plan', () => {
  test('no move overfills a node, breaks anti-affinity or takes N+1 from a node', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const plan = planOf(input);
        const groups = new Map(input.vms.map(({ request: { vm } }) => [vm.name, vm.group]));
        let unsafe: readonly string[] | undefined;
        for (const nodes of walk(input, plan)) {
          for (const { capacity, used } of nodes) {
            expect(used.cpuCores).toBeLessThanOrEqual(capacity.cpuCores);
            expect(used.memoryMib).toBeLessThanOrEqual(capacity.memoryMib);
          }
          const now = findAllUnsafe(nodes);
          expect(unsafe ?? now).toEqual(expect.arrayContaining([...now]));
          unsafe ??= now;
        }
        const ends = new Map(input.vms.map(({ request: { vm }, node }) => [vm.name, node]));
        for (const { vm, to } of plan.moves) ends.set(vm, to);
        const places = [...ends].flatMap(([vm, node]) =>
          groups.get(vm) === undefined ? [] : [`${groups.get(vm)}/${node}`],
        );
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });

  test('the budget is kept, and no plan leaves its goal farther away', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const plan = planOf(input);
        const { before, after, moves } = plan;
        expect(moves.length).toBeLessThanOrEqual(input.movesMax);
        switch (input.goal.kind) {
          case 'rebalance': {
            const totals = [before.imbalance, ...moves.map(({ imbalance }) => imbalance)];
            expect(totals).toEqual(totals.toSorted((left, right) => right - left));
            break;
          }
          case 'consolidate':
            expect(after.nodesInUse).toBeLessThanOrEqual(before.nodesInUse);
            expect(moves.filter(({ to }) => plan.emptied.includes(to))).toEqual([]);
            break;
          case 'reduce_cost': {
            const homes = new Map(input.vms.map(({ id, node }) => [id, node]));
            const costBefore = costOf(input, homes.values());
            for (const { vmId, to } of moves) homes.set(vmId, to);
            const saved = costBefore - costOf(input, homes.values());
            if (moves.length > 0) expect(saved).toBeGreaterThan(0);
            expect(plan.cost.savings ?? 0).toBe(saved);
            break;
          }
          case 'defragment': {
            expect(after.slots).toBeGreaterThanOrEqual(before.slots);
            const again = moves.filter(({ vm }, at) => vm === moves[at - 1]?.vm);
            expect(again).toEqual([]);
            break;
          }
          case 'drain':
            expect(moves.filter(({ to }) => to === 'node-0')).toEqual([]);
        }
      }),
    );
  });

  test('the same input gives the same plan, and is not changed', () => {
    fc.assert(
      fc.property(someInput, (input) => {
        const copy = structuredClone(input);
        expect(planOf(input)).toEqual(planOf(copy));
        expect(input).toEqual(copy);
      }),
      { numRuns: 50 },
    );
  });
});
