import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode, makeVm, nodeIdOf } from '../../../../test/fleet.ts';
import type { PlacementConstraints, PlacementInput, VmRequest } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';

const web = { kind: 'group', group: 'web' } as const;
const apart = { rule: 'apart', to: web, level: 'node', need: 'required' } as const;
const together = { rule: 'together', to: web, level: 'node', need: 'required' } as const;
const nodes = [makeNode('n1'), makeNode('n2', { zone: 'zone-b' })];

/** The problem of a request. */
function reject(values: Partial<PlacementInput>): string {
  const planned = planPlacement(makeInput({ nodes, ...values }), envOf('seed'));
  return planned.ok ? 'placed' : `${planned.error.code}: ${planned.error.detail}`;
}

describe('a question that makes no sense', () => {
  test.each<[Partial<VmRequest>, string]>([
    [{ cpuCores: Number.NaN }, 'cpu_cores is not a number'],
    [{ memoryMib: -1 }, 'memory_gb is -1, not a size of 0 or more'],
    [{ diskGb: Number.POSITIVE_INFINITY }, 'disk_gb is Infinity, not a size of 0 or more'],
    [amounts(0, 0, 0), 'cpu_cores is 0 like everything else: it asks for nothing'],
    [{ pools: { bandwidth: -5 } }, 'bandwidth is -5, not a size of 0 or more'],
    [{ devices: [{ kind: 'gpu', count: 0, milli: 500 }] }, 'devices.0.count is 0, not 1 or more'],
    [
      { devices: [{ kind: 'gpu', count: 1, milli: 1001 }] },
      'devices.0.milli is 1001, not within 1 and 1000 thousandths of a device',
    ],
  ])('the problem of %j says what is wrong with its VM', (values, words) => {
    const vm = makeVm(values);
    expect(reject({ vm })).toBe(`validation-failed: The VM web-01 cannot be placed: ${words}.`);
  });

  test.each<[PlacementConstraints, string]>([
    [
      { affinity: [{ ...together, to: { kind: 'vm', name: 'web-01' } }] },
      'affinity.0.to is the VM itself',
    ],
    [
      { spread: [{ of: web, level: 'zone', maxSkew: 0, need: 'required' }] },
      'spread.0.max_skew is 0, not a whole number of 1 or more',
    ],
    [{ spotRiskMax: 2 }, 'spot_risk_max is 2, not within 0 and 1'],
    [
      { affinity: Array.from({ length: 8 }, () => apart) },
      'affinity has 8 required terms; at most 7 are possible',
    ],
  ])('the problem of %j says what is wrong with its constraints', (constraints, words) => {
    expect(reject({ constraints })).toBe(
      `validation-failed: The VM web-01 cannot be placed: ${words}.`,
    );
  });

  test('gets a problem that says what is wrong with its mix', () => {
    expect(reject({ strategy: { mix: { pack: -1 } } })).toContain(
      'strategy.pack is -1, not a weight of 0 or more',
    );
    expect(reject({ strategy: { mix: { pack: 0 } } })).toContain(
      'strategy is a mix without a weight above 0',
    );
    expect(reject({ strategy: { mix: { pack: 1, cost: 3 } } })).toBe('placed');
  });

  test.each<[PlacementConstraints, string]>([
    [{ node: 'n1', excludeNodes: ['n1'] }, 'the pin to n1 and the exclusion of n1'],
    [{ zone: 'a', zones: ['b', 'c'] }, 'zone a and zones b, c'],
    [
      { affinity: [together, { ...apart, level: 'rack' }] },
      'together with group web in one node and apart from group web by rack',
    ],
  ])('the problem of %j names the rules that contradict each other', (constraints, words) => {
    expect(reject({ constraints })).toBe(
      `validation-failed: No node fits the VM web-01: ${words} contradict each other.`,
    );
  });
});

describe('a request that no node can meet names the smallest set of rules at fault', () => {
  const peers = [{ nodeId: nodeIdOf('n1'), labels: {}, group: 'web', name: 'web-00' }];

  test.each<[string, Partial<PlacementInput>, string]>([
    [
      'two rules',
      { peers, constraints: { zone: 'zone-a', affinity: [apart] } },
      'Together these leave no node: apart from group web by node, zone zone-a.',
    ],
    [
      'a group without running VMs',
      { constraints: { affinity: [together] } },
      'n1 has none of group web in its node.',
    ],
    [
      'a VM that waits for one that is not placed, as in a cycle',
      { constraints: { affinity: [{ ...together, to: { kind: 'vm', name: 'db-01' } }] } },
      'n1 has none of VM db-01 in its node.',
    ],
    ['a label', { constraints: { nodeLabels: { disk: 'fast' } } }, 'n1 lacks the label disk=fast.'],
    [
      'a jurisdiction',
      { constraints: { jurisdictions: ['eu'] } },
      'n1 states no jurisdiction; the data must lie in eu.',
    ],
    [
      'several zones that are not there',
      { constraints: { zones: ['x', 'y'] } },
      'The fleet has no zone x; its zones are zone-a, zone-b. The fleet has no zone y;',
    ],
    [
      'a taint',
      { nodes: [makeNode('n1', { taints: [{ key: 'gpu', value: 'only', effect: 'refuse' }] })] },
      'n1 has the taint gpu=only, which the VM does not tolerate.',
    ],
    [
      'a network',
      { nodes: [makeNode('n1', { networks: [] })], vm: makeVm({ networks: ['blue'] }) },
      'n1 does not reach the network blue.',
    ],
    [
      'a volume',
      { vm: makeVm({ volumes: [{ name: 'data', nodes: [], need: 'required' }] }) },
      'n1 does not reach the volume data.',
    ],
    [
      'a licence',
      {
        vm: makeVm({ licences: ['db'] }),
        licences: [{ name: 'db', per: 'vm', limit: 3, used: 3, nodes: [] }],
      },
      'n1 has no licence of db: all 3 are in use.',
    ],
    [
      'a disk class',
      { vm: makeVm({ pools: { 'disk:ssd': 10 } }) },
      'n1 lacks 10 GB of disk:ssd (0 GB free).',
    ],
    [
      'bandwidth',
      { vm: makeVm({ pools: { bandwidth: 10 } }) },
      'n1 lacks 10 Mbit/s of bandwidth (0 Mbit/s free).',
    ],
    [
      'a device',
      { vm: makeVm({ devices: [{ kind: 'gpu', count: 2, milli: 1000 }] }) },
      'n1 cannot give 2 gpu as asked.',
    ],
    [
      'a cell',
      {
        vm: makeVm({ numa: 'single' }),
        nodes: [
          makeNode('n1', {
            numaCells: [{ cpuCores: 4, cpuCoresUsed: 1, memoryMib: 65_536, memoryMibUsed: 0 }],
          }),
        ],
      },
      'n1 has no NUMA fit (3 cores free in its emptiest cell).',
    ],
    [
      'figures that are none',
      { nodes: [makeNode('n1', { used: amounts(Number.NaN, 0, 0) })] },
      'n1 reports a cpu use that is not a number.',
    ],
    [
      'a spot risk',
      { nodes: [makeNode('n1', { spotRisk: 0.5 })], constraints: { spotRiskMax: 0.1 } },
      'n1 may be taken away (risk 0.5; at most 0.1 is allowed).',
    ],
    [
      'a VM that keeps away from it',
      {
        nodes: [makeNode('n1')],
        vm: makeVm({ group: 'web' }),
        peers: [{ nodeId: nodeIdOf('n1'), labels: {}, apart: [apart] }],
      },
      'n1 has a VM in its node that must be apart from this one.',
    ],
    [
      'a spread',
      {
        peers,
        constraints: {
          excludeNodes: ['n1'],
          spread: [
            { of: { kind: 'group', group: 'db' }, level: 'node', maxSkew: 1, need: 'required' },
          ],
        },
        nodes: [makeNode('n1')],
      },
      'n1 is excluded.',
    ],
    [
      'failover',
      { nodes: [makeNode('n1')], strategy: 'failover' },
      'n1 would leave the VMs of n1 without room to restart elsewhere.',
    ],
  ])('%s', (_, values, words) => {
    const reported = reject(values);
    expect(reported).toMatch(/^no-capacity/);
    expect(reported).toContain(words);
  });
});

test('a failover-safe placement leaves every node room for the loss of any one', () => {
  const full = (name: string, cores: number) =>
    makeNode(name, { used: amounts(cores, 8, 100), vmCount: 2 });
  const fleet = [full('n1', 20), full('n2', 20), full('n3', 8)];
  const place = (cpu: number) =>
    reject({ nodes: fleet, vm: makeVm(amounts(cpu, 8, 100)), strategy: 'failover' });
  expect(place(4)).toBe('placed');
  expect(place(14)).toContain('no room left for failover');
});
