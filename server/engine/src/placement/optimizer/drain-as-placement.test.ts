/** A drain moves a VM exactly where placement would let it go. */
import { describe, expect, test } from '@jest/globals';
import type { NodeId, VmId } from '@novacron/contract/ids';
import fc from 'fast-check';
import { makeRng } from '../../rng.ts';
import type { PlacementConstraints, PlacementNode } from '../place/model/placement.ts';
import { planPlacement } from '../place/plan-placement.ts';
import type { ResidentVm } from './model/optimizer.ts';
import { planImprovement } from './plan-improvement.ts';

const SIZE = { cpuCores: 1, memoryMib: 1024, diskGb: 5 };
const DRAINED = 'node-0';

type Rule = 'apart' | 'spread';
type Level = 'node' | 'rack' | 'zone';

interface Member {
  readonly node: number;
  readonly group: string;
}

const constraintsOf = (group: string, rule: Rule, level: Level): PlacementConstraints => {
  const members = { kind: 'group', group } as const;
  return rule === 'apart'
    ? { affinity: [{ rule, to: members, level, need: 'required' }] }
    : { spread: [{ of: members, level, maxSkew: 1, need: 'required' }] };
};

function makeFleet(
  count: number,
  members: readonly Member[],
  ruleOf: (group: string) => PlacementConstraints,
) {
  const vms = members.map(({ node, group }, at): ResidentVm => {
    const vm = { name: `vm-${at}`, ...SIZE, labels: {}, group };
    const request = { vm, constraints: ruleOf(group), strategy: 'balanced' } as const;
    return { id: vm.name as VmId, tenantId: 'own', node: `node-${node}`, request };
  });
  const nodes = Array.from({ length: count }, (_, at): PlacementNode => {
    const name = `node-${at}`;
    const own = vms.filter(({ node }) => node === name);
    const [cpuCores, memoryMib, diskGb] = [SIZE.cpuCores, SIZE.memoryMib, SIZE.diskGb];
    return {
      id: name as NodeId,
      name,
      zone: `zone-${at % 3}`,
      rack: `rack-${at % 2}`,
      status: 'ready',
      capacity: { cpuCores: 3, memoryMib: 8192, diskGb: 100 },
      used: {
        cpuCores: cpuCores * own.length,
        memoryMib: memoryMib * own.length,
        diskGb: diskGb * own.length,
      },
      vmCount: own.length,
      residents: own.map(({ request }) => request.vm),
    };
  });
  return { nodes, vms };
}

function drain({ nodes, vms }: ReturnType<typeof makeFleet>) {
  const goal = { kind: 'drain', node: DRAINED } as const;
  const plan = planImprovement({ goal, nodes, vms, movesMax: 10, failover: 'ignore' });
  if (!plan.ok) throw new Error(plan.error.detail);
  return plan.value;
}

/** Nodes that placement accepts for the first VM once its node is being drained. */
function acceptedByPlacement({ nodes, vms }: ReturnType<typeof makeFleet>): readonly string[] {
  const [moving, ...others] = vms;
  if (moving === undefined) return [];
  const peers = others.map(({ node, request: { vm, constraints } }) => ({
    nodeId: node as NodeId,
    name: vm.name,
    labels: vm.labels,
    group: vm.group,
    apart: constraints.affinity,
  }));
  const draining = nodes.map((node) =>
    node.name === DRAINED ? ({ ...node, status: 'draining' } as const) : node,
  );
  const accepted: string[] = [];
  for (;;) {
    const { vm, strategy, constraints } = moving.request;
    const open = draining.map((node) =>
      accepted.includes(node.name) ? { ...node, capacity: node.used } : node,
    );
    const input = { vm, constraints, strategy, nodes: open, peers };
    const plan = planPlacement(input, { nowMs: 0, rng: makeRng('1') });
    if (!plan.ok) return accepted;
    accepted.push(plan.value.decision.target_node);
  }
}

describe('a drain', () => {
  test.each<[Rule, Level]>([
    ['spread', 'zone'],
    ['apart', 'zone'],
    ['spread', 'rack'],
    ['apart', 'node'],
  ])('moves a member that is kept %s by %s within its place', (rule, level) => {
    const members = [0, 1, level === 'rack' ? 3 : 2].map((node) => ({ node, group: 'web' }));
    const { moves, left } = drain(
      makeFleet(12, level === 'rack' ? members.slice(0, 2) : members, (group) =>
        constraintsOf(group, rule, level),
      ),
    );
    expect(left).toEqual([]);
    expect(moves.map(({ vm, from }) => ({ vm, from }))).toEqual([{ vm: 'vm-0', from: DRAINED }]);
  });

  test('moves a member out of a zone whose only node is drained', () => {
    const members = [0, 1, 2].map((node) => ({ node, group: 'web' }));
    const fleet = makeFleet(3, members, (group) => constraintsOf(group, 'spread', 'zone'));
    expect(drain(fleet).left).toEqual([]);
  });

  test('moves a VM wherever placement accepts it, and nowhere else', () => {
    const someMember = fc.record({
      node: fc.integer({ min: 1, max: 7 }),
      group: fc.constantFrom('web', 'db'),
    });
    const someRule = fc.tuple(
      fc.constantFrom<Rule>('apart', 'spread'),
      fc.constantFrom<Level>('node', 'rack', 'zone'),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(someMember, { maxLength: 5 }),
        someRule,
        someRule,
        (count, drawn, web, db) => {
          const room = new Map<number, number>();
          const others = drawn.filter(({ node }) => {
            room.set(node, (room.get(node) ?? 0) + 1);
            return node < count && (room.get(node) ?? 0) <= 3;
          });
          const members = [{ node: 0, group: 'web' }, ...others];
          const fleet = makeFleet(count, members, (group) =>
            constraintsOf(group, ...(group === 'web' ? web : db)),
          );
          const accepted = acceptedByPlacement(fleet);
          const { moves, left } = drain(fleet);
          expect(left).toHaveLength(accepted.length === 0 ? 1 : 0);
          for (const { to } of moves) expect(accepted).toContain(to);
        },
      ),
      { numRuns: 150 },
    );
  });
});
