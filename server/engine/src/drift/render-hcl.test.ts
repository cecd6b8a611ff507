import { expect, test } from '@jest/globals';
import { renderImport, renderResource } from './render-hcl.ts';

const VM = { type: 'novacron_vm' };

test('renders what drifted as it is now, ready to be pasted', () => {
  const current = {
    memory_gb: 16,
    metadata: { tier: 'db', 'a b': `$\{x} %{y}` },
    placement: { zone: 'zone-a', affinity: null, spread: { by: ['rack', 'node'] } },
    ssh_keys: null,
  };
  const fields = ['memory_gb', 'metadata', 'placement', 'ssh_keys'];
  expect(renderResource(VM, 'web-01', { fields, current }).join('\n')).toBe(
    [
      'resource "novacron_vm" "web-01" {',
      '  # remove ssh_keys',
      '  memory_gb = 16',
      '',
      '  metadata = {',
      '    tier  = "db"',
      `    "a b" = "$$\{x} %%{y}"`,
      '  }',
      '',
      '  placement = {',
      '    zone = "zone-a"',
      '',
      '    spread = {',
      '      by = ["rack", "node"]',
      '    }',
      '  }',
      '}',
    ].join('\n'),
  );
});

test('renders the import of what no state has yet, under a name that Terraform takes', () => {
  expect(renderImport(VM, '9 lives', 'vm_1')).toEqual([
    'import {',
    '  to = novacron_vm._9_lives',
    '  id = "vm_1"',
    '}',
  ]);
});
