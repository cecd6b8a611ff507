/** Available capacity, and capacity that remains after a failure. */
import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeNode, makeVm } from '../../../../test/fleet.ts';
import type { AffinityTerm, PlacementNode } from '../model/placement.ts';
import type { TraceRequest } from '../simulate/simulate-trace.ts';
import { COPIES_MAX, estimateCapacity } from './estimate-capacity.ts';
import { fillFleet } from './fill-fleet.ts';
import { simulateFailure } from './simulate-failure.ts';

const env = envOf('seed');
const apart: AffinityTerm = {
  rule: 'apart',
  to: { kind: 'group', group: 'g' },
  level: 'node',
  need: 'required',
};
const nodes = [
  makeNode('a1', { zone: 'a' }),
  makeNode('a2', { zone: 'a' }),
  makeNode('b1', { zone: 'b', capacity: amounts(16, 64, 1000) }),
];

function fill(requests: readonly TraceRequest[], fleet: readonly PlacementNode[] = nodes) {
  const filled = fillFleet({ nodes: fleet, requests, strategy: 'first-fit' }, env);
  if (!filled.ok) throw new Error(filled.error.detail);
  return filled.value;
}

describe('estimateCapacity', () => {
  const estimate = (vm: TraceRequest, requests: readonly TraceRequest[] = []) => {
    const request = { vm, constraints: vm.constraints ?? {}, strategy: 'best-fit' as const };
    return estimateCapacity(fill(requests).index, { request, copiesMax: COPIES_MAX }, env);
  };

  test('counts copies in all and by zone, and says what the next one lacks', () => {
    expect(estimate(makeVm(amounts(8, 8, 10)))).toEqual({
      ok: true,
      value: { fits: 10, fitsByZone: { a: 8, b: 2 }, refusedByReason: { cpu: 3 } },
    });
  });

  test('counts what is there already, and keeps copies apart', () => {
    const there = makeVm({ name: 'there', ...amounts(30, 8, 10) });
    expect(estimate(makeVm(amounts(8, 8, 10)), [there])).toMatchObject({ value: { fits: 6 } });
    const lonely = { ...makeVm({ group: 'g' }), constraints: { affinity: [apart] } };
    expect(estimate(lonely)).toMatchObject({
      value: { fits: 3, refusedByReason: { 'anti-affinity': 3 } },
    });
  });

  test('refuses a VM that makes no sense', () => {
    const reported = estimate(makeVm({ cpuCores: Number.NaN }));
    expect(!reported.ok && reported.error.detail).toContain('cpu_cores is not a number');
  });
});

describe('simulateFailure', () => {
  test('restarts VMs elsewhere, the largest first, and lists those without a place', () => {
    const requests = [8, 16, 8].map((cores, at) =>
      makeVm({ name: `v${at}`, ...amounts(cores, 8, 10) }),
    );
    const away = ['a1', 'b1'].map(
      (name) => nodes.find((node) => node.name === name) ?? makeNode(''),
    );
    expect(simulateFailure(fill(requests, away), ({ zone }) => zone === 'a', env)).toEqual({
      nodesFailed: 1,
      restarted: [{ vm: 'v1', from: 'a1', to: 'b1' }],
      stranded: [
        { vm: 'v0', from: 'a1', reason: 'cpu' },
        { vm: 'v2', from: 'a1', reason: 'cpu' },
      ],
    });
  });

  test('keeps the rules that VMs were placed by', () => {
    const requests = ['v1', 'v2', 'v3'].map((name) => ({
      ...makeVm({ name, group: 'g' }),
      constraints: { affinity: [apart] },
    }));
    expect(simulateFailure(fill(requests), ({ name }) => name === 'b1', env)).toMatchObject({
      restarted: [],
      stranded: [{ vm: 'v3', from: 'b1', reason: 'anti-affinity' }],
    });
  });

  test('changes nothing where no node is hit, and strands all where none is left', () => {
    const filled = fill([makeVm()]);
    expect(simulateFailure(filled, () => false, env)).toEqual({
      nodesFailed: 0,
      restarted: [],
      stranded: [],
    });
    expect(simulateFailure(filled, () => true, env).stranded).toEqual([
      { vm: 'web-01', from: 'a1', reason: 'no-nodes' },
    ]);
  });

  test('refuses a fleet of VMs that make no sense', () => {
    const requests = [makeVm({ diskGb: -1 })];
    const reported = fillFleet({ nodes, requests, strategy: 'pack' }, env);
    expect(!reported.ok && reported.error.detail).toContain('disk_gb is -1');
  });
});
