import { describe, expect, test } from '@jest/globals';
import { amounts, makeInput, makeNode } from '../../../../test/fleet.ts';
import { describeRejection } from '../explain/describe-rules.ts';
import type { PlacementNode } from '../model/placement.ts';
import { findRejections } from './reject-nodes.ts';

describe('the filters', () => {
  const cases: readonly {
    readonly node: Partial<PlacementNode>;
    readonly constraints?: { node?: string; zone?: string; excludeNodes?: string[] };
    readonly words: readonly string[];
  }[] = [
    { node: {}, words: [] },
    { node: { used: amounts(29, 0, 0) }, words: ['lacks 1 core (3 of 32 cores free)'] },
    { node: { used: amounts(0, 124, 0) }, words: ['lacks 4 GB memory (4 of 128 GB free)'] },
    { node: { used: amounts(0, 0, 1950) }, words: ['lacks 50 GB disk (50 of 2000 GB free)'] },
    { node: { used: amounts(40, 0, 0) }, words: ['lacks 4 cores (0 of 32 cores free)'] },
    { node: { capacity: amounts(0, 128, 2000) }, words: ['lacks 4 cores (0 of 0 cores free)'] },
    { node: { status: 'draining' }, words: ['takes no VMs: it is draining'] },
    { node: { status: 'maintenance' }, words: ['takes no VMs: it is in maintenance'] },
    {
      node: { status: 'lost' },
      words: ['is lost: it has not been heard of within its lease'],
    },
    {
      node: { status: 'lost', controlPlane: 'other' },
      words: ['is lost: its agent follows another control plane and refuses this one'],
    },
    { node: {}, constraints: { node: 'n1', zone: 'zone-a', excludeNodes: ['n2'] }, words: [] },
    {
      node: {},
      constraints: { node: 'n2' },
      words: ['is not n2, the node that the VM is pinned to'],
    },
    { node: {}, constraints: { excludeNodes: ['n1'] }, words: ['is excluded'] },
    { node: {}, constraints: { zone: 'zone-b' }, words: ['is in zone zone-a, not in zone-b'] },
    {
      node: { status: 'draining', used: amounts(32, 128, 2000) },
      words: [
        'takes no VMs: it is draining',
        'lacks 4 cores (0 of 32 cores free)',
        'lacks 8 GB memory (0 of 128 GB free)',
        'lacks 100 GB disk (0 of 2000 GB free)',
      ],
    },
  ];

  test.each(cases)('say of node $node under $constraints: $words', (each) => {
    const input = makeInput({ constraints: each.constraints ?? {} });
    const found = findRejections(makeNode('n1', each.node), input);
    expect(found.map(describeRejection)).toEqual(each.words);
  });
});
