import { describe, expect, test } from '@jest/globals';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import type { FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../../cty/unknown.ts';
import { findPossibleReplacements, findReplacements } from './find-replacements.ts';

const NETWORK = { name: 'n', cidr: '10.0.0.0/16', dns_servers: null };
const VM = { name: 'v', cpu_cores: 2, memory_gb: 4, disk_gb: 20, network_id: 'net_1' };
const VOLUME = { name: 's', size_gb: 10, type: 'ssd', attached_to: 'vm_1' };

interface Case {
  readonly what: string;
  readonly table: FieldTable;
  readonly prior: Readonly<Record<string, unknown>>;
  readonly change: Readonly<Record<string, unknown>>;
  readonly replacing?: readonly string[];
  readonly expected: readonly (readonly [string, string])[];
}

const CASES: readonly Case[] = [
  { what: 'nothing', table: VM_FIELDS, prior: VM, change: {}, expected: [] },
  {
    what: 'a name, cores and memory',
    table: VM_FIELDS,
    prior: VM,
    change: { name: 'w', cpu_cores: 1, memory_gb: 1 },
    expected: [],
  },
  { what: 'a larger disk', table: VM_FIELDS, prior: VM, change: { disk_gb: 30 }, expected: [] },
  {
    what: 'a smaller disk',
    table: VM_FIELDS,
    prior: VM,
    change: { disk_gb: 10 },
    expected: [['disk_gb', 'data-loss']],
  },
  {
    what: 'a disk of unknown size',
    table: VM_FIELDS,
    prior: VM,
    change: { disk_gb: UNKNOWN },
    expected: [],
  },
  {
    what: 'a template that is not known',
    table: VM_FIELDS,
    prior: VM,
    change: { template_id: UNKNOWN },
    expected: [],
  },
  {
    what: 'another template',
    table: VM_FIELDS,
    prior: { ...VM, template_id: 'tpl_1' },
    change: { template_id: 'tpl_2' },
    expected: [['template_id', 'data-loss']],
  },
  {
    what: 'a template that is replaced',
    table: VM_FIELDS,
    prior: { ...VM, template_id: 'tpl_1' },
    change: { template_id: UNKNOWN },
    replacing: ['tpl_1'],
    expected: [['template_id', 'data-loss']],
  },
  {
    what: 'the network of a group that is replaced',
    table: VM_GROUP_FIELDS,
    prior: { name: 'g', vm: { network_id: 'net_1', template_id: null } },
    change: { vm: { network_id: UNKNOWN, template_id: null } },
    replacing: ['net_1'],
    expected: [['vm', 'data-loss']],
  },
  {
    what: 'the network of a group that is not known',
    table: VM_GROUP_FIELDS,
    prior: { name: 'g', vm: { network_id: 'net_1', template_id: null } },
    change: { vm: { network_id: UNKNOWN, template_id: null } },
    replacing: ['net_2'],
    expected: [],
  },
  {
    what: 'a snapshot that is replaced below a volume',
    table: VOLUME_FIELDS,
    prior: { ...VOLUME, source_snapshot_id: 'snap_1' },
    change: { source_snapshot_id: UNKNOWN },
    replacing: ['snap_1'],
    expected: [['source_snapshot_id', 'data-loss']],
  },
  {
    what: 'another network',
    table: VM_FIELDS,
    prior: VM,
    change: { network_id: 'net_2' },
    expected: [],
  },
  {
    what: 'a network yet to be made',
    table: VM_FIELDS,
    prior: VM,
    change: { network_id: UNKNOWN },
    expected: [],
  },
  {
    what: 'a network that is replaced',
    table: VM_FIELDS,
    prior: VM,
    change: { network_id: UNKNOWN },
    replacing: ['net_1'],
    expected: [['network_id', 'data-loss']],
  },
  {
    what: 'a VM that is replaced below a volume',
    table: VOLUME_FIELDS,
    prior: VOLUME,
    change: { attached_to: UNKNOWN },
    replacing: ['vm_1'],
    expected: [],
  },
  {
    what: 'a smaller volume of another class',
    table: VOLUME_FIELDS,
    prior: VOLUME,
    change: { size_gb: 5, type: 'hdd' },
    expected: [
      ['size_gb', 'data-loss'],
      ['type', 'data-loss'],
    ],
  },
  {
    what: 'another address block',
    table: NETWORK_FIELDS,
    prior: NETWORK,
    change: { cidr: '10.1.0.0/16', dns_servers: ['1.1.1.1'] },
    expected: [['cidr', 'replace']],
  },
  {
    what: 'an unknown address block',
    table: NETWORK_FIELDS,
    prior: NETWORK,
    change: { cidr: UNKNOWN },
    expected: [],
  },
  {
    what: 'another spelling of the address block',
    table: NETWORK_FIELDS,
    prior: { ...NETWORK, cidr: 'fd00::/48' },
    change: { cidr: 'FD00:0::/48' },
    expected: [],
  },
];

describe('replacements', () => {
  test.each(CASES)('$what', ({ table, prior, change, replacing = [], expected }) => {
    const plan = { ...prior, ...change };
    const found = findReplacements(table, { prior, plan, replacing: new Set(replacing) });
    expect(found.map(({ name, effect }) => [name, effect])).toEqual(expected);
  });
});

describe('what may turn out to need a replacement', () => {
  test.each([
    ['a disk of unknown size', VM_FIELDS, VM, { disk_gb: UNKNOWN }, ['disk_gb']],
    ['a volume of unknown size', VOLUME_FIELDS, VOLUME, { size_gb: UNKNOWN }, ['size_gb']],
    ['cores and memory', VM_FIELDS, VM, { cpu_cores: UNKNOWN, memory_gb: UNKNOWN }, []],
    ['an address block', NETWORK_FIELDS, NETWORK, { cidr: UNKNOWN }, ['cidr']],
    ['a template', VM_FIELDS, VM, { template_id: UNKNOWN }, ['template_id']],
    ['a known size', VM_FIELDS, VM, { disk_gb: 10 }, []],
    ['a first size', VM_FIELDS, { ...VM, disk_gb: null }, { disk_gb: UNKNOWN }, []],
  ] as const)('%s', (_case, table, prior, change, names) => {
    expect(findPossibleReplacements(table, { prior, plan: { ...prior, ...change } })).toEqual(
      names,
    );
  });
});
