import { describe, expect, test } from '@jest/globals';
import { envOf, makeInput, makeNode } from '../../../../test/fleet.ts';
import type { PlacementNode } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';
import { fillUnknownLoads } from './fill-unknown-loads.ts';

const loadOf = (cpuRatio: number, memoryRatio = 0) => ({ cpuRatio, memoryRatio });

describe('the load of nodes that were not measured', () => {
  test('is the mean of the nodes that were', () => {
    const nodes = [
      makeNode('n1', { load: loadOf(0.2, 0.4) }),
      makeNode('n2'),
      makeNode('n3', { load: loadOf(0.6, 0.5) }),
    ];
    expect(fillUnknownLoads(nodes).map(({ load }) => load)).toEqual([
      loadOf(0.2, 0.4),
      loadOf(0.4, 0.45),
      loadOf(0.6, 0.5),
    ]);
  });

  test('does not follow nodes that take no VMs', () => {
    const nodes = [
      makeNode('n1', { load: loadOf(0.5) }),
      makeNode('n2', { load: loadOf(0), status: 'standby' }),
      makeNode('n3'),
    ];
    expect(fillUnknownLoads(nodes)[2]?.load).toEqual(loadOf(0.5));
  });

  test('stays unknown where no node was measured, and nothing is copied', () => {
    const nodes = [makeNode('n1'), makeNode('n2')];
    expect(fillUnknownLoads(nodes)).toBe(nodes);
  });

  test('makes a node neither better nor worse than its measured neighbours', () => {
    const choose = (nodes: readonly PlacementNode[]) => {
      const input = makeInput({ nodes: fillUnknownLoads(nodes), strategy: 'performance' });
      const planned = planPlacement(input, envOf('seed'));
      if (!planned.ok) throw new Error(planned.error.detail);
      return planned.value.decision.target_node;
    };
    const idle = makeNode('idle', { load: loadOf(0.1) });
    const busy = makeNode('busy', { load: loadOf(0.9) });
    expect(choose([busy, makeNode('unknown'), idle])).toBe('idle');
    expect(choose([busy, makeNode('unknown')])).not.toBe('idle');
    const full = makeNode('full', { load: loadOf(1) });
    expect(choose([busy, full, makeNode('unknown')])).toBe('busy');
  });
});
