import { describe, expect, test } from '@jest/globals';
import { makeNode, nodeIdOf } from '../../../../test/fleet.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { tallySimilar } from '../index/peer-table.ts';
import { areSimilar, rackKey } from './similar-vms.ts';

describe('like VMs', () => {
  test.each([
    { left: {}, right: {}, alike: true },
    { left: { tier: 'web' }, right: {}, alike: false },
    { left: {}, right: { tier: 'web' }, alike: false },
    { left: { tier: 'web' }, right: { tier: 'web', owner: 'a' }, alike: true },
    { left: { tier: 'web' }, right: { tier: 'db' }, alike: false },
    { left: { tier: 'web' }, right: { layer: 'web' }, alike: false },
    { left: { tier: 'web', env: 'prod' }, right: { tier: 'db', env: 'prod' }, alike: true },
  ])('$left and $right are alike: $alike', ({ left, right, alike }) => {
    expect(areSimilar(left, right)).toBe(alike);
  });

  test('distinguish racks of the same name in different zones', () => {
    expect(rackKey({ zone: 'a', rack: 'b/c' })).not.toBe(rackKey({ zone: 'a/b', rack: 'c' }));
  });

  test('are counted where they run; those on nodes that have left the fleet are not', () => {
    const index = makeFleetIndex({
      nodes: [makeNode('n1'), makeNode('n2', { rack: 'rack-2' })],
      peers: ['n1', 'n2', 'n2', 'gone'].map((name) => ({ nodeId: nodeIdOf(name), labels: {} })),
    });
    const counted = tallySimilar(index.peers, {});
    expect([...counted.byZone]).toEqual([['zone-a', 3]]);
    expect([...counted.byRack]).toEqual([
      [rackKey({ zone: 'zone-a', rack: 'rack-1' }), 1],
      [rackKey({ zone: 'zone-a', rack: 'rack-2' }), 2],
    ]);
  });
});
