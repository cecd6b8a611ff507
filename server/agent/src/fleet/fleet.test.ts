import { describe, expect, test } from '@jest/globals';
import { sampleNode } from '../test-kit/samples.ts';
import { capabilitiesOf, capacityOf, defaultFleet, parseFleet } from './fleet.ts';

const { storage_pools } = defaultFleet();

describe('the default fleet', () => {
  test('has 12 like nodes in 6 racks of 3 zones', () => {
    const { nodes } = defaultFleet();
    expect(nodes.map(({ name, rack, zone }) => `${name} ${rack} ${zone}`)).toEqual([
      'node-01 rack-1 zone-a',
      'node-02 rack-1 zone-a',
      'node-03 rack-2 zone-a',
      'node-04 rack-2 zone-a',
      'node-05 rack-3 zone-b',
      'node-06 rack-3 zone-b',
      'node-07 rack-4 zone-b',
      'node-08 rack-4 zone-b',
      'node-09 rack-5 zone-c',
      'node-10 rack-5 zone-c',
      'node-11 rack-6 zone-c',
      'node-12 rack-6 zone-c',
    ]);
    for (const node of nodes) {
      expect(capacityOf(node)).toEqual({ cpu_cores: 32, memory_mib: 131_072, disk_gb: 2_000 });
    }
  });

  test('has pools and is a valid description', () => {
    expect(storage_pools).toEqual({
      ssd: { size_gb: 20_000 },
      hdd: { size_gb: 100_000 },
      nvme: { size_gb: 10_000 },
    });
    expect(parseFleet(defaultFleet())).toEqual({ ok: true, value: defaultFleet() });
  });
});

describe('a fleet description', () => {
  test('may have fractions of a GB of memory', () => {
    const node = sampleNode({ memory_gb: 0.3125 });
    expect(parseFleet({ nodes: [node], storage_pools })).toMatchObject({ ok: true });
    expect(capacityOf(node).memory_mib).toBe(320);
  });

  test('says what the hypervisor of a node cannot do', () => {
    const node = sampleNode({ capabilities: { hotplug_cpu: 'no', live_migration: 'no' } });
    expect(parseFleet({ nodes: [node], storage_pools })).toMatchObject({ ok: true });
    expect(capabilitiesOf(node)).toMatchObject({
      hotplugCpu: 'no',
      hotplugMemory: 'yes',
      hotplugDisk: 'yes',
      liveMigration: 'no',
    });
  });

  test('may have workloads, of a shape or replayed', () => {
    const workloads = [
      { name: 'shop', vm_prefix: 'web-', peak_vms: 14, shape: { night_ratio: 0.25 } },
      {
        name: 'batch',
        vm_prefix: 'job-',
        peak_vms: 3.5,
        replay: { values: [1, 4], step_minutes: 5 },
      },
    ];
    const parsed = parseFleet({ nodes: [sampleNode()], storage_pools, workloads });
    const shape = { weekend_ratio: 1, bursts_per_day: 0, daily_bursts: 0, launches_per_week: 0 };
    expect(parsed).toMatchObject({
      ok: true,
      value: { workloads: [{ shape, failures_per_day: 0 }, { failures_per_day: 0 }] },
    });
  });

  const shop = { name: 'shop', vm_prefix: 'web-', peak_vms: 2, shape: { night_ratio: 0.5 } };
  const replay = { values: [1], step_minutes: 5 };
  test.each([
    ['no demand', [{ ...shop, shape: undefined }], [0], 'must have either shape or replay'],
    ['two kinds of demand', [{ ...shop, replay }], [0], 'must have either shape or replay'],
    [
      'the name of another',
      [shop, { ...shop, vm_prefix: 'job-' }],
      [1, 'name'],
      'another workload is called shop already',
    ],
    [
      'VMs of another',
      [shop, { ...shop, name: 'api', vm_prefix: 'web-api-' }],
      [1, 'vm_prefix'],
      'VMs would share the demand of shop, too, whose vm_prefix is web-: neither may begin with ' +
        'the other',
    ],
    [
      'a replay of nothing',
      [{ ...shop, shape: undefined, replay: { ...replay, values: [0, 0] } }],
      [0, 'replay', 'values'],
      'must have a value above 0',
    ],
    [
      'a replay of years',
      [
        {
          ...shop,
          shape: undefined,
          replay: { values: Array.from({ length: 500 }, () => 1), step_minutes: 1_440 },
        },
      ],
      [0, 'replay', 'values'],
      'must be of at most 366 days: replay a part of them',
    ],
    [
      'a value that is not a number',
      [{ ...shop, shape: undefined, replay: { ...replay, values: ['many'] } }],
      [0, 'replay', 'values', 0],
      'must be a number',
    ],
    [
      'a night that is busier than the day',
      [{ ...shop, shape: { night_ratio: 2 } }],
      [0, 'shape', 'night_ratio'],
      'must be at most 1',
    ],
    ['no VMs', [{ ...shop, peak_vms: 0 }], [0, 'peak_vms'], 'must be more than 0'],
    ['an unknown field', [{ ...shop, vms: 'web-*' }], [0, 'vms'], 'is not a known field'],
  ])('with a workload with %s is refused', (_what, workloads, path, message) => {
    const document = { nodes: [sampleNode()], storage_pools, workloads };
    expect(parseFleet(document)).toMatchObject({
      ok: false,
      error: { fields: [{ path: ['workloads', ...path], message }] },
    });
  });

  test.each([
    ['no document', undefined, [], 'must be an object'],
    ['no nodes', { nodes: [], storage_pools }, ['nodes'], 'must have at least one node'],
    [
      'nodes that are not a list',
      { nodes: {}, storage_pools },
      ['nodes'],
      'must be a list of nodes',
    ],
    [
      'a capability that is a guess',
      {
        nodes: [{ ...sampleNode(), capabilities: { hotplug_cpu: 'maybe' } }],
        storage_pools,
      },
      ['nodes', 0, 'capabilities', 'hotplug_cpu'],
      'must be yes or no',
    ],
    [
      'a latency of an action that there is not',
      { nodes: [{ ...sampleNode(), latency_ms: { fly: { min: 1, max: 2 } } }], storage_pools },
      ['nodes', 0, 'latency_ms', 'fly'],
      'is not a known field',
    ],
    [
      'a latency whose least is more than its most',
      { nodes: [{ ...sampleNode(), latency_ms: { start: { min: 2, max: 1 } } }], storage_pools },
      ['nodes', 0, 'latency_ms', 'start'],
      'min must be at most max',
    ],
    [
      'a node of half a core',
      { nodes: [sampleNode({ cpu_cores: 0.5 })], storage_pools },
      ['nodes', 0, 'cpu_cores'],
      'must be a whole number of cores',
    ],
    [
      'a node with a name that no file can have',
      { nodes: [sampleNode({ name: '../etc' })], storage_pools },
      ['nodes', 0, 'name'],
      'must have 1 to 63 lower-case letters, digits or dashes, the ends a letter or digit',
    ],
    [
      'two nodes of one name',
      { nodes: [sampleNode(), sampleNode()], storage_pools },
      ['nodes', 1, 'name'],
      'another node is called node-01 already',
    ],
    [
      'an unknown field',
      { nodes: [{ ...sampleNode(), cores: 4 }], storage_pools },
      ['nodes', 0, 'cores'],
      'is not a known field',
    ],
    [
      'an unknown pool',
      { nodes: [sampleNode()], storage_pools: { ...storage_pools, tape: { size_gb: 1 } } },
      ['storage_pools', 'tape'],
      'is not a known field',
    ],
    [
      'a pool of less than nothing',
      { nodes: [sampleNode()], storage_pools: { ...storage_pools, ssd: { size_gb: -1 } } },
      ['storage_pools', 'ssd', 'size_gb'],
      'must be at least 0',
    ],
  ])('with %s is refused', (_what, document, path, message) => {
    expect(parseFleet(document)).toMatchObject({
      ok: false,
      error: {
        code: 'validation-failed',
        detail: expect.stringMatching(/^The fleet description is not valid/),
        fields: [{ path, message }],
      },
    });
  });
});
