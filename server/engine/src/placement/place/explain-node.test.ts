import { expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode, makeVm } from '../../../test/fleet.ts';
import { explainNode } from './explain-node.ts';
import type { PlacementInput } from './model/placement.ts';

const nodes = [makeNode('n1'), makeNode('n2')];

function request(values: Partial<PlacementInput>, node: string): readonly string[] | string {
  const reported = explainNode(makeInput({ nodes, ...values }), node, envOf('seed'));
  return reported.ok ? reported.value : reported.error.detail;
}

test('it lists all reasons against a node', () => {
  const vm = makeVm(amounts(40, 8, 100));
  expect(request({ vm, constraints: { zone: 'zone-b' } }, 'n1')).toEqual([
    'n1 is in zone zone-a, not in zone-b',
    'n1 lacks 8 cores (32 of 32 cores free)',
  ]);
});

test('it compares a node that could hold the VM with the one preferred', () => {
  const used = [makeNode('n1', { used: amounts(8, 32, 500), vmCount: 1 }), makeNode('n2')];
  const [fits, preferred, scores] = request({ nodes: used }, 'n1');
  expect(fits).toBe('n1 can hold it');
  expect(preferred).toMatch(/^n2 is preferred with score 0\.\d+$/);
  expect(scores).toMatch(/^n1 scores 0\.\d+$/);
  expect(request({ nodes: used }, 'n2')).toEqual([
    expect.stringMatching(/^n2 is where it goes, with/),
  ]);
});

test('it compares a node with what was decided then, where that is given', () => {
  const decision = {
    score: 0.5,
    explanation: [],
    alternatives: [],
    scores: {},
    rejected: {},
    cost_per_hour: null,
  };
  const input = { ...makeInput({ nodes }), decided: { ...decision, target_node: 'n2' } };
  const reported = explainNode(input, 'n1', envOf('seed'));
  expect(reported).toEqual({
    ok: true,
    value: ['n1 could hold it', 'n2 was preferred with score 0.5'],
  });
});

test('it says so where failover alone speaks against a node', () => {
  const full = makeNode('n1', { used: amounts(30, 8, 100), vmCount: 1 });
  expect(request({ nodes: [full, makeNode('n2')], strategy: 'failover' }, 'n2')).toEqual([
    "n2 would leave some node's VMs without room to restart elsewhere",
  ]);
});

test('it says so where there is no such node, and where the question makes no sense', () => {
  expect(request({}, 'n9')).toBe('The fleet has no node named n9.');
  expect(request({ vm: makeVm({ cpuCores: -1 }) }, 'n1')).toContain('cpu_cores is -1');
});
