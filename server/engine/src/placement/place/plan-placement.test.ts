import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { amounts, envOf, makeInput, makeNode, makeVm, nodeIdOf } from '../../../test/fleet.ts';
import { fits, scoreNaively } from '../../../test/naive-placement.ts';
import { NODES_LISTED_MAX } from './explain/explain-no-capacity.ts';
import type { PlacementInput, PlacementNode } from './model/placement.ts';
import { planPlacement } from './plan-placement.ts';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'] as const;
const ZONES = ['a', 'b', 'c'] as const;
const TIERS = ['web', 'db'] as const;

/** Small numbers, so that equal scores, full nodes and exact fits are frequent. */
const nodeValues = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    rack: fc.constantFrom('r1', 'r2'),
    status: fc.constantFrom('ready', 'ready', 'ready', 'ready', 'draining', 'maintenance', 'lost'),
    capacity: fc.record({
      cpu: fc.integer({ min: 1, max: 16 }),
      gb: fc.integer({ min: 1, max: 16 }),
    }),
    usedShare: fc.record({ cpu: fc.nat(4), memory: fc.nat(4), disk: fc.nat(4) }),
    vmCount: fc.nat(3),
  })
  .map(({ capacity, usedShare, ...values }) => {
    const share = (whole: number, quarters: number) => Math.floor((whole * quarters) / 4);
    return {
      ...values,
      capacity: amounts(capacity.cpu, capacity.gb, capacity.gb * 10),
      used: amounts(
        share(capacity.cpu, usedShare.cpu),
        share(capacity.gb, usedShare.memory),
        share(capacity.gb * 10, usedShare.disk),
      ),
    };
  });

const fleets = fc
  .array(nodeValues, { maxLength: NAMES.length })
  .map((all) =>
    all.map(
      (values, index): PlacementNode => makeNode(NAMES[index] ?? '', values as PlacementNode),
    ),
  );

const constraintsOf = fc.constantFrom<PlacementInput['constraints']>(
  {},
  {},
  {},
  { node: 'n2' },
  { zone: 'b' },
  { excludeNodes: ['n1', 'n3'] },
  { zone: 'a', excludeNodes: ['n1'] },
);

const labelsOf = fc.constantFrom(...TIERS.map((tier) => ({ tier })), {});

const inputs = fc
  .record({
    nodes: fleets,
    vm: fc.record({
      cpu: fc.integer({ min: 1, max: 8 }),
      gb: fc.integer({ min: 1, max: 8 }),
      labels: labelsOf,
    }),
    peers: fc.array(
      fc.record({ nodeId: fc.constantFrom(...NAMES).map(nodeIdOf), labels: labelsOf }),
      {
        maxLength: 6,
      },
    ),
    constraints: constraintsOf,
    strategy: fc.constantFrom<PlacementInput['strategy']>('balanced', 'pack', 'spread'),
  })
  .map(({ vm, ...rest }) =>
    makeInput({
      ...rest,
      vm: makeVm({ ...amounts(vm.cpu, vm.gb, vm.gb * 10), labels: vm.labels }),
    }),
  );

/** A plan's node, or undefined where there is none. */
function chosenBy(input: PlacementInput, seed: string): string | undefined {
  const planned = planPlacement(input, envOf(seed));
  return planned.ok ? planned.value.decision.target_node : undefined;
}

describe('planPlacement agrees with a naive reference', () => {
  test('about whether there is a node, and about the best score', () => {
    fc.assert(
      fc.property(inputs, fc.string(), (input, seed) => {
        const scored = input.nodes
          .filter((node) => fits(node, input))
          .map((node) => ({ name: node.name, score: scoreNaively(node, input) }));
        const planned = planPlacement(input, envOf(seed));

        expect(planned.ok).toBe(scored.length > 0);
        if (!planned.ok) return;
        const { target_node: target, score, alternatives } = planned.value.decision;
        const reported = [{ node: target, score }, ...alternatives];
        expect(reported.map((each) => each.score)).toEqual(
          scored
            .map((each) => each.score)
            .sort((left, right) => right - left)
            .slice(0, 4),
        );
        for (const each of reported) {
          expect(scored).toContainEqual({ name: each.node, score: each.score });
        }
        expect(new Set(reported.map(({ node }) => node)).size).toBe(reported.length);
      }),
    );
  });

  test('about the reasons against every other node', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const planned = planPlacement(input, envOf('seed'));
        if (!planned.ok) return;
        const { rejected } = planned.value.decision;
        const refused = input.nodes.filter((node) => !fits(node, input));
        const lacking = (key: 'cpuCores' | 'memoryMib' | 'diskGb') =>
          refused.filter((node) => node.capacity[key] - node.used[key] < input.vm[key]).length;
        expect(rejected.cpu ?? 0).toBe(lacking('cpuCores'));
        expect(rejected.memory ?? 0).toBe(lacking('memoryMib'));
        expect(rejected.disk ?? 0).toBe(lacking('diskGb'));
        expect(rejected.status ?? 0).toBe(
          refused.filter(({ status }) => status !== 'ready').length,
        );
        const total = Object.values(rejected).reduce((sum, count) => sum + count, 0);
        expect(total).toBeGreaterThanOrEqual(refused.length);
      }),
    );
  });
});

describe('planPlacement', () => {
  test('never chooses or offers a node that does not fit', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const planned = planPlacement(input, envOf('seed'));
        if (!planned.ok) return;
        const { decision, nodeId } = planned.value;
        const names = [decision.target_node, ...decision.alternatives.map(({ node }) => node)];
        for (const name of names) {
          expect(input.nodes.some((node) => node.name === name && fits(node, input))).toBe(true);
        }
        expect(nodeId).toBe(nodeIdOf(decision.target_node));
      }),
    );
  });

  test('never lets a full node that has nothing to do with it change the decision', () => {
    fc.assert(
      fc.property(inputs, nodeValues, fc.string(), (input, values, seed) => {
        const full = makeNode('full', values as PlacementNode);
        const nodes = [...input.nodes, { ...full, used: full.capacity }];
        expect(chosenBy({ ...input, nodes }, seed)).toBe(chosenBy(input, seed));
      }),
    );
  });

  test('never lets the order of the nodes change the decision', () => {
    const shuffledInputs = inputs.chain((input) =>
      fc.shuffledSubarray([...input.nodes], { minLength: input.nodes.length }).map((nodes) => ({
        input,
        shuffled: { ...input, nodes },
      })),
    );
    fc.assert(
      fc.property(shuffledInputs, fc.string(), ({ input, shuffled }, seed) => {
        const planned = planPlacement(input, envOf(seed));
        const again = planPlacement(shuffled, envOf(seed));
        if (planned.ok) expect(again).toEqual(planned);
        else expect(JSON.stringify(again)).toBe(JSON.stringify(planned));
      }),
    );
  });

  test('gives the same plan for the same seed, in the same words', () => {
    fc.assert(
      fc.property(inputs, fc.string(), (input, seed) => {
        const once = JSON.stringify(planPlacement(input, envOf(seed)));
        expect(JSON.stringify(planPlacement(input, envOf(seed)))).toBe(once);
      }),
    );
  });

  test('leaves its input as it was', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const before = structuredClone(input);
        planPlacement(input, envOf('seed'));
        expect(input).toEqual(before);
      }),
    );
  });

  test('draws lots among equal nodes, so that VMs of different names use all of them', () => {
    const nodes = NAMES.map((name) => makeNode(name));
    const counts = new Map<string, number>();
    for (let index = 0; index < 400; index += 1) {
      const input = makeInput({ nodes, vm: makeVm({ name: `vm-${index}` }) });
      const node = chosenBy(input, 'seed') ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...NAMES]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(25);
  });

  test('prints scores with four decimals at most', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const planned = planPlacement(input, envOf('seed'));
        if (!planned.ok) return;
        const { score, scores, alternatives } = planned.value.decision;
        const all = [score, ...Object.values(scores), ...alternatives.map((each) => each.score)];
        for (const each of all) {
          expect(each).toBeGreaterThanOrEqual(0);
          expect(each).toBeLessThanOrEqual(1);
          expect(String(each)).toMatch(/^\d(\.\d{1,4})?$/);
        }
      }),
    );
  });

  test('takes what is exactly free, and refuses a core, 64 MiB or a GB more', () => {
    const nodes = [makeNode('n1', { used: amounts(30, 127.9375, 1999) })];
    const request = (cpu: number, memoryGb: number, diskGb: number) =>
      chosenBy(makeInput({ nodes, vm: makeVm(amounts(cpu, memoryGb, diskGb)) }), 'seed');
    expect(request(2, 0.0625, 1)).toBe('n1');
    expect(request(3, 0.0625, 1)).toBeUndefined();
    expect(request(2, 0.125, 1)).toBeUndefined();
    expect(request(2, 0.0625, 2)).toBeUndefined();
  });

  test('refuses with the reasons against every node, whatever the fleet', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const planned = planPlacement(input, envOf('seed'));
        if (planned.ok) return;
        const { code, data, fields, detail, remedy } = planned.error;
        expect(code).toBe('no-capacity');
        expect(Object.keys(data?.nodes ?? {}).sort()).toEqual(input.nodes.map(({ name }) => name));
        expect(detail).toMatch(/\.$/);
        expect(detail).not.toMatch(/NaN|undefined|Infinity/);
        expect(remedy).not.toMatch(/NaN|undefined|Infinity/);
        for (const { path, message } of fields) {
          expect(['cpu_cores', 'memory_gb', 'disk_gb']).toContain(path.join('.'));
          expect(message).toMatch(/^asks for [\d.]+ (cores?|GB); /);
        }
      }),
    );
  });

  test('lists the nearest misses of a large fleet and counts the rest', () => {
    const nodes = Array.from({ length: NODES_LISTED_MAX + 50 }, (_, index) =>
      makeNode(`node-${index}`, { capacity: amounts(1, 1, 1 + index) }),
    );
    const planned = planPlacement(makeInput({ nodes }), envOf('seed'));
    if (planned.ok) throw new Error('there is no room');
    const { data } = planned.error;
    const listed = Object.keys(data?.nodes ?? {});
    expect(listed).toHaveLength(NODES_LISTED_MAX);
    expect(listed).not.toContain('node-0');
    expect(data?.nodes_refused).toBe(NODES_LISTED_MAX + 50);
  });
});
