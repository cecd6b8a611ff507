import { describe, expect, test } from '@jest/globals';
import { FIELDS } from '../gen/fields.ts';
import { commandOf } from './command-line.ts';
import { hclResource } from './hcl.ts';
import { fieldsToExport, maskWriteOnly } from './write-only.ts';

const FIELDS_OF_VMS = FIELDS['vm.create'] ?? [];

describe('an exported VM', () => {
  test('has its user data, and a variable for each value that no answer contains', () => {
    const vm = {
      id: 'vm_1',
      name: 'web',
      cpu_cores: 2,
      user_data: '#cloud-config\npackages: [nginx]\n',
      password_wo_version: 3,
      user_data_wo_version: null,
      metadata: {},
      priority: 50,
      secure_boot: true,
    };
    const hcl = hclResource('novacron_vm', 'web', fieldsToExport(FIELDS_OF_VMS, vm));
    expect(hcl).toBe(`resource "novacron_vm" "web" {
  # password_wo is write-only: its value is not shown, Terraform asks for it.
  name                = "web"
  cpu_cores           = 2
  secure_boot         = true
  password_wo         = var.web_password_wo
  password_wo_version = 3

  user_data = <<EOT
#cloud-config
packages: [nginx]
EOT
}

variable "web_password_wo" {
  type      = string
  sensitive = true
}
`);
  });
});

describe('a form with a password', () => {
  const masked = maskWriteOnly(FIELDS_OF_VMS, { name: 'web', password_wo: 'hunter2 secret' });

  test('shows it neither in the command nor in the HCL', () => {
    expect(commandOf('vm', 'vm.create', masked)).toBe(
      'novacron vm create web --password-wo-file password-wo.txt',
    );
    expect(hclResource('novacron_vm', 'web', masked)).toContain(
      'password_wo = var.web_password_wo',
    );
  });
});
