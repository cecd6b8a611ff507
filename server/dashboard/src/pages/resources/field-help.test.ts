import { describe, expect, test } from '@jest/globals';
import { FIELDS } from '../../gen/fields.ts';
import { readForm } from './base/form-values.ts';
import { helpOf } from './field-help.ts';
import { withTemplate } from './field-of-template.ts';

const FIELDS_OF_VMS = FIELDS['vm.create'] ?? [];
const NAMES = FIELDS_OF_VMS.map(({ name }) => name);

function helpOfVm(name: string): string | undefined {
  const field = FIELDS_OF_VMS.find((each) => each.name === name);
  return field === undefined ? undefined : helpOf(field, NAMES)?.text;
}

describe('the help of a field', () => {
  test('names the fields of the form by their labels', () => {
    expect(helpOfVm('password_wo')).toBe(
      'Write-only password of the default user of the guest. It is sent when the VM is created ' +
        'and when Password version changes.',
    );
    expect(helpOfVm('secure_boot')).toContain('it needs Firmware: uefi. Default: false.');
  });

  test('says how values are written', () => {
    expect(helpOfVm('network_id')).toMatch(/^Network of the VM\./);
    expect(helpOfVm('security_groups')).toMatch(/^Security groups of the VM\..*One ID a line\.$/);
    expect(helpOfVm('metadata')).toMatch(/One name=value a line\.$/);
    expect(helpOfVm('placement')).toMatch(/Written in JSON\.$/);
  });

  test('has no marks of code in any form', () => {
    const all = Object.values(FIELDS).flatMap((fields) => {
      const names = fields.map(({ name }) => name);
      return fields.map((field) => helpOf(field, names)?.text ?? '');
    });
    expect(all.filter((text) => text.includes('`'))).toEqual([]);
  });

  test('has an example for JSON that the form itself can read', () => {
    const nested = Object.values(FIELDS)
      .flat()
      .filter(({ type }) => type === 'json');
    const wrong = nested.filter((field) => {
      const { errors } = readForm([field], { [field.name]: field.example ?? '' });
      return field.example === undefined || Object.keys(errors).length > 0;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

describe('a template', () => {
  const cores = FIELDS_OF_VMS.find(({ name }) => name === 'cpu_cores');
  const network = FIELDS_OF_VMS.find(({ name }) => name === 'network_id');

  test('without a size leaves it to be filled in', () => {
    if (cores === undefined || network === undefined) throw new Error('The fields are missing.');
    const template = { name: 'default', cpu_cores: null, network_id: null };
    expect(withTemplate(cores, template)).toMatchObject({
      required: true,
      description: 'Number of virtual CPU cores. Unit: cores. The template default sets none.',
    });
    expect(withTemplate(network, template).required).toBeFalsy();
  });

  test('with a size sets it', () => {
    if (cores === undefined) throw new Error('The field is missing.');
    const set = withTemplate(cores, { name: 'small', cpu_cores: 2 });
    expect(set.required).toBeFalsy();
    expect(set).toMatchObject({ default: 2 });
    expect(set.description).toMatch(/Default: 2, from the template small\.$/);
  });
});
