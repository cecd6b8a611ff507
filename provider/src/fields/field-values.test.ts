import { describe, expect, test } from '@jest/globals';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { SNAPSHOT_FIELDS } from '@novacron/contract/kinds/snapshot/snapshot';
import { TEMPLATE_FIELDS } from '@novacron/contract/kinds/template/template';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import type { FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../cty/unknown.ts';
import {
  changedFields,
  changedInput,
  knownInput,
  stateOf,
  unchangedValues,
} from './field-values.ts';

const WEB = {
  id: 'vm_1',
  name: 'web',
  cpu_cores: 2,
  memory_gb: 4,
  disk_gb: 20,
  network_id: null,
  template_id: null,
  metadata: { a: '1', b: '2' },
  anti_affinity: null,
  placement: null,
  security_groups: ['sg_a', 'sg_b'],
  firewall_rules: null,
  node: 'node-01',
  status: 'running',
};

describe('values of a resource', () => {
  test('what is sent is what users set and is known', () => {
    const planned = { ...WEB, network_id: UNKNOWN, metadata: { a: UNKNOWN }, node: UNKNOWN };
    expect(knownInput(VM_FIELDS, planned)).toEqual({
      input: {
        name: 'web',
        cpu_cores: 2,
        memory_gb: 4,
        disk_gb: 20,
        security_groups: ['sg_a', 'sg_b'],
      },
      unknown: ['network_id', 'metadata'],
    });
  });

  test('members of a value that are null are not sent', () => {
    const before = { vm: { cpu_cores: 1, placement: null, ssh_key_ids: null } };
    expect(knownInput(VM_GROUP_FIELDS, before).input).toEqual({ vm: { cpu_cores: 1 } });
    const after = { vm: { ...before.vm, placement: { zone: 'a', rack: null } } };
    expect(changedInput(VM_GROUP_FIELDS, before, after).input).toEqual({
      vm: { cpu_cores: 1, placement: { zone: 'a', rack: null } },
    });
  });

  test('an update sends what differs, null where a value goes away', () => {
    const after = { ...WEB, cpu_cores: 4, metadata: null, network_id: UNKNOWN };
    expect(changedInput(VM_FIELDS, WEB, after)).toEqual({
      input: { cpu_cores: 4, metadata: null },
      unknown: ['network_id'],
    });
  });

  test.each([
    ['nothing', {}, []],
    ['the order of labels', { metadata: { b: '2', a: '1' } }, []],
    ['the order of a set', { security_groups: ['sg_b', 'sg_a'] }, []],
    ['an element of a set', { security_groups: ['sg_b'] }, ['security_groups']],
    ['null instead of absence', { network_id: undefined }, []],
    ['a label', { metadata: { a: '1', b: '3' } }, ['metadata']],
    ['no labels instead of an empty map', { metadata: {} }, ['metadata']],
    ['a size and a name', { disk_gb: 21, name: 'www' }, ['name', 'disk_gb']],
    ['what NovaCron itself changes', { node: 'node-02', status: 'stopped' }, []],
  ])('%s counts as a change of the right fields', (_case, change, fields) => {
    expect(changedFields(VM_FIELDS, WEB, { ...WEB, ...change })).toEqual(fields);
  });

  const OF_NETWORK = { ip_address: '10.0.0.7', mac_address: '02:1c:42:9a:5e:07' };
  const ALONE = { ip_address: null, mac_address: null, network_interfaces: [] };
  const TEMPLATE = { version: 3, built_in: false };
  const POLICY = { version: 2, rego_version: 'v1' };

  test.each<[string, FieldTable, object, object, object]>([
    ['a VM that changes its size', VM_FIELDS, { ...OF_NETWORK, network_id: 'a' }, {}, OF_NETWORK],
    ['a VM that enters a network', VM_FIELDS, ALONE, { network_id: 'a' }, {}],
    ['a VM in no network', VM_FIELDS, ALONE, {}, ALONE],
    ['a VM of a state that lacks them', VM_FIELDS, { ...ALONE, network_id: 'a' }, {}, {}],
    ['a template of other words', TEMPLATE_FIELDS, TEMPLATE, { os: 'debian' }, TEMPLATE],
    [
      'a template of other data',
      TEMPLATE_FIELDS,
      TEMPLATE,
      { user_data: 'b' },
      { built_in: false },
    ],
    [
      'a policy that warns from now on',
      POLICY_FIELDS,
      POLICY,
      { enforcement_mode: 'warn' },
      POLICY,
    ],
    ['a policy of another text', POLICY_FIELDS, POLICY, { rule: 'b' }, {}],
    ['a snapshot', SNAPSHOT_FIELDS, { size_gb: 5 }, { description: 'b' }, { size_gb: 5 }],
  ])('of %s stays known what cannot change', (_case, table, before, change, known) => {
    const prior = { ...before };
    const plan = { ...before, ...change };
    expect(unchangedValues(table, { prior, plan, respelled: [] })).toEqual(known);
  });

  test('the state holds the fields of the table and nothing else', () => {
    const { metadata: _gone, ...answer } = WEB;
    expect(stateOf(VM_FIELDS, { ...answer, revision: 3, tenant_id: 't' }, {})).toEqual({
      ...Object.fromEntries(Object.keys(VM_FIELDS).map((name) => [name, null])),
      ...WEB,
      metadata: null,
    });
  });

  test.each([
    ['what an import finds', {}, null],
    ['what Terraform has none of', { description: null }, null],
    ['what Terraform has as well', { description: '' }, ''],
    ['what Terraform has another text of', { description: 'old' }, null],
  ])('an empty text is nothing unless it is written: %s', (_case, own, description) => {
    const answer = { ...WEB, description: '' } as never;
    expect(stateOf(VM_FIELDS, answer, own)).toMatchObject({ description });
  });

  test('texts of an answer are as Terraform keeps them, at any depth', () => {
    const [decomposed, composed] = ['cafe\u0301', 'caf\u00e9'];
    const rule = { direction: 'ingress', description: `${decomposed} \ud800` };
    const given = {
      description: decomposed,
      metadata: { a: decomposed, b: 'plain' },
      firewall_rules: [rule, { direction: 'egress' }],
    };
    expect(stateOf(VM_FIELDS, { ...WEB, ...given } as never, {})).toMatchObject({
      description: composed,
      metadata: { a: composed, b: 'plain' },
      firewall_rules: [
        { direction: 'ingress', description: `${composed} \ufffd` },
        { direction: 'egress' },
      ],
    });
  });
});
