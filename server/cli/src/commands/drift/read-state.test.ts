import { describe, expect, test } from '@jest/globals';
import { readState } from './read-state.ts';

const VM = { mode: 'managed', type: 'novacron_vm', name: 'web' };

function fileWith(...resources: readonly unknown[]): string {
  return JSON.stringify({ version: 4, resources });
}

function shownWith(module: unknown): string {
  return JSON.stringify({ format_version: '1.0', values: { root_module: module } });
}

describe('a state file', () => {
  test('gives addresses as Terraform writes them, in both formats', () => {
    const instances = [
      { attributes: { id: 'vm_1' } },
      { index_key: 2, attributes: { id: 'vm_2' } },
      { index_key: 'a"b', attributes: { id: 'vm_3' } },
    ];
    const file = readState(fileWith({ ...VM, module: 'module.x["y"]', instances }), 'a.tfstate');
    expect(file).toMatchObject({
      ok: true,
      value: [
        { kind: 'vm', id: 'vm_1', address: 'module.x["y"].novacron_vm.web' },
        { id: 'vm_2', address: 'module.x["y"].novacron_vm.web[2]' },
        { id: 'vm_3', address: 'module.x["y"].novacron_vm.web["a\\"b"]', file: 'a.tfstate' },
      ],
    });
    const inner = { address: 'module.x.novacron_vm.web', ...VM, values: { id: 'vm_4' } };
    const modules = [{ child_modules: [{ address: 'module.x', resources: [inner] }] }];
    expect(readState(shownWith({ child_modules: modules }), 'a.json')).toMatchObject({
      ok: true,
      value: [{ id: 'vm_4', address: 'module.x.novacron_vm.web', moduleAddress: 'module.x' }],
    });
  });

  test('may be empty, or hold only what is not of NovaCron', () => {
    for (const text of [fileWith(), '{"format_version":"1.0"}', shownWith({})]) {
      expect(readState(text, 'a')).toEqual({ ok: true, value: [] });
    }
  });

  test.each([
    ['', 'it is empty'],
    ['[1', 'not valid JSON: line 1, column 3'],
    ['[]', 'not a state file'],
    ['{"version":4}', 'not a supported state file: resources: Invalid input'],
    [fileWith(VM), 'not a supported state file: resources.0.instances: '],
    ['{"format_version":"2.0"}', 'format_version: only version 1 of the format is supported'],
    ['{"encrypted_data":"x","version":4}', 'it is encrypted'],
    [
      fileWith({ ...VM, instances: [{ attributes: {} }] }),
      'resources.0.instances.0.attributes.id is not a string',
    ],
    [
      shownWith({ resources: [{ ...VM, address: 'novacron_vm.web', values: { id: 7 } }] }),
      'novacron_vm.web: values.id is not a string',
    ],
  ])('is refused, with the place of the fault: %s', (text, words) => {
    const read = readState(text, 'a');
    expect(read.ok ? '' : read.error).toContain(words);
  });
});
