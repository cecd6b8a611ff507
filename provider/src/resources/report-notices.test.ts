import { expect, test } from '@jest/globals';
import { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import { reportNotices } from './planning/preview-plan.ts';

const TEXT = { type: 'string', optional: true, description: 'A text.' } as const;

test.each([
  ['vm.create', ['placement'], 'Placement differs from the plan: change it', ['placement']],
  // The plan of an update names the standby of a VM, which no earlier plan has shown.
  ['vm.update', ['placement'], 'Effect on VMs: change it', undefined],
  ['vm_group.update', ['placement'], 'Effect on VMs: change it', undefined],
  ['template.update', [], 'Effect on VMs: change it', undefined],
  [
    'orchestration_policy.create',
    ['document'],
    'Conflict with another policy: change it',
    ['document'],
  ],
] as const)('notices of %s are one warning under its heading', (operation, names, ...expected) => {
  const diagnostics = new Diagnostics();
  const attributes = Object.fromEntries(names.map((name) => [name, TEXT]));
  const notices = ['Something.', 'And something else.', 'Something.'];
  reportNotices(diagnostics, notices, { doing: 'change it', attributes, operation });
  const [summary, path] = expected;
  const detail = 'Something.\n\nAnd something else.';
  expect(diagnostics.all).toEqual([{ severity: 'warning', summary, detail, path }]);
});
