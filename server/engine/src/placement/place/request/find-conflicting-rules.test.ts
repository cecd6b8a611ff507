import { describe, expect, test } from '@jest/globals';
import { amounts, makeVm } from '../../../../test/fleet.ts';
import type {
  AffinityTerm,
  PlacementConstraints,
  PlacementRequest,
  TopologyLevel,
} from '../model/placement.ts';
import { findConflictingRules, type VmWithRules } from './find-conflicting-rules.ts';

function near(name: string, level: TopologyLevel = 'node'): AffinityTerm {
  return { rule: 'together', to: { kind: 'vm', name }, level, need: 'required' };
}

function away(name: string, level: TopologyLevel = 'node'): AffinityTerm {
  return { rule: 'apart', to: { kind: 'vm', name }, level, need: 'required' };
}

function vm(
  name: string,
  affinity: readonly AffinityTerm[] = [],
  more: PlacementConstraints & { readonly group?: string } = {},
): PlacementRequest {
  const { group, ...constraints } = more;
  const asked = makeVm({ name, group, ...amounts(1, 1, 1) });
  return { vm: asked, constraints: { ...constraints, affinity }, strategy: 'balanced' };
}

const placed = (request: PlacementRequest): VmWithRules => ({ request, presence: 'placed' });
const planned = (request: PlacementRequest): VmWithRules => ({ request, presence: 'planned' });

describe('contradictions between the rules of several VMs', () => {
  test('with one that is with a third, and apart from the third', () => {
    const others = [vm('b', [near('c')]), vm('c'), vm('d', [near('b')])].map(placed);
    expect(findConflictingRules(vm('a', [near('b'), away('c')]), others)).toEqual({
      kind: 'clash',
      rules: [
        'a must share its node with b',
        'b must share its node with c',
        'a must not share its node with c',
      ],
    });
  });

  test('a rule of the other side counts, and so does a group', () => {
    const group: AffinityTerm = { ...away(''), to: { kind: 'group', group: 'web' } };
    const others = [placed(vm('b', [group]))];
    expect(findConflictingRules(vm('a', [near('b')], { group: 'web' }), others)?.rules).toEqual([
      'a must share its node with b',
      'b must not share its node with a',
    ]);
  });

  test('who shares a node shares its zone, and who shares a zone need not share a node', () => {
    const zones = [placed(vm('b', [], { zone: 'zone-b' }))];
    const inA = { zone: 'zone-a' };
    expect(findConflictingRules(vm('a', [near('b')], inA), zones)?.rules).toEqual([
      'a must share its node with b',
      'a must be in zone zone-a',
      'b must be in zone zone-b',
    ]);
    expect(findConflictingRules(vm('a', [near('b', 'zone')], inA), zones)?.kind).toBe('clash');
    expect(findConflictingRules(vm('a', [near('b', 'zone'), away('b')]), zones)).toBeUndefined();
    expect(findConflictingRules(vm('a', [near('b'), away('b', 'zone')]), zones)?.kind).toBe(
      'clash',
    );
  });

  test('the smallest set is reported where there are several', () => {
    const others = [vm('b', [near('c')]), vm('c', [], { node: 'n2' }), vm('d')].map(placed);
    const request = vm('a', [near('b'), near('d'), away('d')], { node: 'n1' });
    expect(findConflictingRules(request, others)?.rules).toEqual([
      'a must share its node with d',
      'a must not share its node with d',
    ]);
  });

  test('a circle of VMs that are not there yet can have no first', () => {
    const ring = [planned(vm('b', [near('c')])), planned(vm('c', [near('a')]))];
    expect(findConflictingRules(vm('a', [near('b')]), ring)).toEqual({
      kind: 'circle',
      rules: [
        'a must share its node with b',
        'b must share its node with c',
        'c must share its node with a',
      ],
    });
    const begun = [planned(vm('b', [near('c')])), placed(vm('c', [near('a')]))];
    expect(findConflictingRules(vm('a', [near('b')]), begun)).toBeUndefined();
  });

  test('an unknown VM is missing', () => {
    expect(findConflictingRules(vm('a', [near('b')]), [])).toEqual({
      kind: 'missing',
      rules: ['a must share its node with b', 'there is no VM b'],
    });
  });

  test('soft rules, and VMs that are only named by others, contradict nothing', () => {
    const soft = { ...near('b'), need: 'preferred' } as const;
    expect(findConflictingRules(vm('a', [soft, away('b')]), [placed(vm('b'))])).toBeUndefined();
    const elsewhere = [vm('b', [near('c'), away('c')]), vm('c')].map(placed);
    expect(findConflictingRules(vm('a'), elsewhere)).toBeUndefined();
  });
});
