/** Batches avoid the nodes that single VMs avoid. */
import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import fc from 'fast-check';
import { makeRng } from '../../rng.ts';
import type { Peer, PlacementNode, PlacementRequest } from '../place/model/placement.ts';
import { planPlacement } from '../place/plan-placement.ts';
import { chooseSearch, draftBatch } from './draft-batch.ts';
import { planBatch } from './plan-batch.ts';

const env = { nowMs: 0, rng: makeRng('batch') };
const FAILING = [{ key: 'novacron/condition', value: 'disk-failing', effect: 'avoid' }] as const;

function makeNode(at: number, more: Partial<PlacementNode> & { readonly cores: number }) {
  const { cores, ...rest } = more;
  const node: PlacementNode = {
    id: `node-${at}` as NodeId,
    name: `node-${at}`,
    zone: `zone-${at % 3}`,
    rack: `rack-${at % 2}`,
    status: 'ready',
    capacity: { cpuCores: 10, memoryMib: 100, diskGb: 100 },
    used: { cpuCores: cores, memoryMib: cores * 10, diskGb: cores },
    vmCount: cores,
  };
  return { ...node, ...rest };
}

function ask(name: string, more: Partial<PlacementRequest> = {}): PlacementRequest {
  const vm = { name, cpuCores: 1, memoryMib: 10, diskGb: 1, labels: {}, group: 'web' };
  return { vm, constraints: {}, strategy: 'balanced', ...more };
}

function place(
  nodes: readonly PlacementNode[],
  requests: readonly PlacementRequest[],
  peers: readonly Peer[] = [],
): readonly string[] {
  const input = { nodes, peers, requests, ...chooseSearch(requests, undefined) };
  const draft = draftBatch(input, env);
  const plan = draft.ok ? planBatch(draft.value, undefined, env) : draft;
  return plan.ok ? plan.value.plans.map(({ decision }) => decision.target_node) : [];
}

describe('a batch', () => {
  const members = [1, 2, 3, 4].map((nth) => ask(`web-${nth}`));

  test.each(['balanced', 'pack'] as const)(
    'leaves a failing node alone while others have room (%s)',
    (strategy) => {
      const failing = makeNode(0, { cores: 1, taints: FAILING });
      const nodes = [8, 8, 7].map((cores, at) => makeNode(at + 1, { cores }));
      const asked = members.map((each) => ({ ...each, strategy }));
      const found = place([failing, ...nodes], asked);
      expect(found).toHaveLength(4);
      expect(found).not.toContain('node-0');
    },
  );

  test('offers a solver no place on a failing node', () => {
    const failing = makeNode(0, { cores: 0, taints: FAILING });
    const nodes = [failing, ...[8, 8, 7].map((cores, at) => makeNode(at + 1, { cores }))];
    const input = { nodes, peers: [], requests: members, ...chooseSearch(members, undefined) };
    const draft = draftBatch(input, env);
    const counts = draft.ok ? draft.value.asked?.counts : undefined;
    const offered = counts?.map((byNode) => byNode.map((variable) => variable !== undefined));
    expect(offered).toEqual([[false, true, true, true]]);
  });

  test('places only the VMs on a failing node that fit nowhere else', () => {
    const nodes = [9, 9, 9].map((cores, at) => makeNode(at, { cores }));
    const found = place([...nodes, makeNode(3, { cores: 0, taints: FAILING })], members);
    expect([...found].sort()).toEqual(['node-0', 'node-1', 'node-2', 'node-3']);
  });

  test('still spreads over the zone of a failing node', () => {
    const nodes = [makeNode(0, { cores: 0 }), makeNode(1, { cores: 0, taints: FAILING })];
    const spread = [
      { of: { kind: 'group', group: 'web' }, level: 'zone', maxSkew: 1, need: 'required' },
    ] as const;
    const asked = members.map((each) => ({ ...each, constraints: { spread } }));
    expect([...place(nodes, asked)].sort()).toEqual(['node-0', 'node-0', 'node-1', 'node-1']);
  });

  test('of one VM places it where it would go alone', () => {
    const someNode = fc.record({
      cores: fc.nat({ max: 10 }),
      failing: fc.boolean(),
      load: fc.double({ min: 0, max: 1, noNaN: true }),
      member: fc.boolean(),
    });
    const someAsk = fc.record({
      strategy: fc.constantFrom('balanced', 'pack', 'spread', 'performance'),
      rule: fc.constantFrom('none', 'spread', 'apart', 'prefer'),
      tolerated: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(someNode, { minLength: 1, maxLength: 8 }),
        someAsk,
        (drawn, { strategy, rule, tolerated }) => {
          const nodes = drawn.map(({ cores, failing, load }, at) =>
            makeNode(at, {
              cores,
              load: { cpuRatio: load, memoryRatio: load },
              ...(failing ? { taints: FAILING } : {}),
            }),
          );
          const peers = drawn.flatMap(({ member }, at): Peer[] =>
            member ? [{ nodeId: `node-${at}` as NodeId, labels: {}, group: 'web' }] : [],
          );
          const to = { kind: 'group', group: 'web' } as const;
          const need = rule === 'prefer' ? 'preferred' : 'required';
          const request = ask('web-9', {
            strategy,
            constraints: {
              ...(tolerated ? { tolerations: [{ key: 'novacron/condition' }] } : {}),
              ...(rule === 'spread'
                ? { spread: [{ of: to, level: 'zone', maxSkew: 1, need }] }
                : {}),
              ...(rule === 'apart' || rule === 'prefer'
                ? { affinity: [{ rule: 'apart', to, level: 'rack', need }] }
                : {}),
            },
          });
          const alone = planPlacement({ ...request, nodes, peers }, env);
          const expected = alone.ok ? [alone.value.decision.target_node] : [];
          expect(place(nodes, [request], peers)).toEqual(expected);
        },
      ),
    );
  });
});
