import { expect, test } from '@jest/globals';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import { type ClashFacts, withExclusions } from './exclude-clashes.ts';

const ASK = {
  vm: { name: 'web', cpuCores: 1, memoryMib: 64, diskGb: 1, labels: {} },
  constraints: { excludeNodes: ['old'] },
  strategy: 'balanced',
} as const satisfies PlacementRequest;

const node = (name: string, networks: 'yes' | 'no') => ({
  id: `node_${name}`,
  name,
  capabilities_json: JSON.stringify({ networks }),
});

// Ids only have to differ here.
const FACTS = {
  overlapping: new Map([['net_a', ['net_b']]]),
  own: new Map([['net_a', { name: 'front' }]]),
  addresses: [
    { network_id: 'net_b', vm_id: 'vm_1' },
    { network_id: 'net_c', vm_id: 'vm_2' },
  ],
  allocations: [
    { vm_id: 'vm_1', node_id: 'node_left' },
    { vm_id: 'vm_1', node_id: 'node_user' },
    { vm_id: 'vm_2', node_id: 'node_right' },
  ],
  nodes: [node('left', 'yes'), node('right', 'yes'), node('user', 'no')],
} as unknown as ClashFacts;

test('nodes that connect a network with the same addresses are excluded, with the reason', () => {
  expect(withExclusions(ASK, ['net_a'], FACTS).constraints).toEqual({
    excludeNodes: ['old', 'left'],
    exclusions: { left: 'cannot connect the network front: addresses of its block are in use' },
  });
});

test.each([[[]], [['net_c']]])('a VM in the networks %j is asked for as before', (ids) => {
  expect(withExclusions(ASK, ids, FACTS)).toBe(ASK);
});
