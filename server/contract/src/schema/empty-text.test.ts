import { describe, expect, test } from '@jest/globals';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { VM_GROUP_FIELDS } from '../kinds/vm-group/vm-group.ts';
import { withoutEmptyTexts } from './empty-text.ts';
import type { Field } from './field.ts';

const RULE = { direction: 'ingress', protocol: 'tcp', ports: '22', cidr: '10.0.0.0/8' };
const NEAR = { vm: null, group: null, level: null, mode: null };

const MEMBER = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, metadata: { owner: '' } };

describe('an empty text', () => {
  test.each<[string, Field, unknown, unknown]>([
    ['is none', VM_FIELDS.description, '', null],
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
    expect(withoutEmptyTexts(field, value)).toEqual(cleared);
  });

  test.each<[string, Field, unknown]>([
    ['of a label', VM_FIELDS.metadata, { owner: '' }],
    ['of a selector', VM_FIELDS.placement, { affinity: [{ ...NEAR, labels: { owner: '' } }] }],
    ['that has to be there', VM_FIELDS.name, ''],
    ['that is none already', VM_FIELDS.description, null],
  ])('%s stays, and so does the value', (_case, field, value) => {
    expect(withoutEmptyTexts(field, value)).toBe(value);
  });
});
