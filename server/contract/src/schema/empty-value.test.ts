import { describe, expect, test } from '@jest/globals';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { VM_GROUP_FIELDS } from '../kinds/vm-group/vm-group.ts';
import { withoutEmptyValues } from './empty-value.ts';
import type { Field } from './field.ts';

const RULE = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '10.0.0.0/8',
};
const NEAR = { vm: null, group: null, level: null, mode: null };

const MEMBER = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, metadata: { owner: '' } };

describe('an empty value', () => {
  test.each<[string, Field, unknown, unknown]>([
    ['is none', VM_FIELDS.description, '', null],
    ['is none as a list', VM_FIELDS.ssh_keys, [], null],
    ['is none as a map', VM_FIELDS.metadata, {}, null],
    ['is none as an object', VM_FIELDS.healing, {}, null],
    [
      'is none as an object of empty parts',
      VM_FIELDS.healing,
      { restart: null, start_after: [], restart_command: [], grow_to: {} },
      null,
    ],
    [
      'is none inside of an object with other values',
      VM_FIELDS.healing,
      { restart: 'always', start_after: [] },
      { restart: 'always', start_after: null },
    ],
    [
      'is none inside of an object',
      VM_GROUP_FIELDS.vm,
      { ...MEMBER, description: '' },
      { ...MEMBER, description: null },
    ],
    [
      'is none inside of a list',
      VM_FIELDS.firewall_rules,
      [{ ...RULE, description: '' }, RULE],
      [{ ...RULE, description: null }, RULE],
    ],
  ])('%s', (_case, field, value, cleared) => {
    expect(withoutEmptyValues(field, value)).toEqual(cleared);
  });

  test.each<[string, Field, unknown]>([
    ['of a label', VM_FIELDS.metadata, { owner: '' }],
    ['of a selector', VM_FIELDS.placement, { affinity: [{ ...NEAR, labels: { owner: '' } }] }],
    ['that has to be there', VM_FIELDS.name, ''],
    ['of an element', VM_FIELDS.firewall_rules, [{}]],
    ['of a required object', VM_GROUP_FIELDS.vm, {}],
    ['that is none already', VM_FIELDS.description, null],
  ])('%s stays, and so does the value', (_case, field, value) => {
    expect(withoutEmptyValues(field, value)).toBe(value);
  });
});
