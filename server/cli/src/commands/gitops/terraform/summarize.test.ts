import { describe, expect, test } from '@jest/globals';
import type { GitopsChange } from '@novacron/contract/automation/gitops-step';
import { summarize } from './summarize.ts';

const COUNTS = { create: 1, update: 1, replace: 0, delete: 0, managed: 2 };

function changeOf(given: Partial<GitopsChange>): GitopsChange {
  const none = { reason: null, fields: [], node: null, cost_per_hour: null };
  return { address: 'novacron_vm.a', action: 'create', ...none, ...given };
}

describe('a plan for those who approve it', () => {
  test('has each change with its values', () => {
    const rule = { path: 'rules[0].cidr', before: null, after: '"0.0.0.0/0"' };
    const size = { path: 'memory_gb', before: '1', after: '2' };
    const changes = [
      changeOf({ address: 'novacron_security_group.zz', fields: [rule] }),
      changeOf({ action: 'update', fields: [size] }),
    ];
    expect(summarize(COUNTS, changes)).toBe(
      '1 to create, 1 to update, 0 to replace, 0 to delete\n' +
        'create novacron_security_group.zz\n' +
        '  rules[0].cidr: "0.0.0.0/0"\n' +
        'update novacron_vm.a\n' +
        '  memory_gb: 1 -> 2',
    );
  });

  test('says how many changes do not fit, and where they are', () => {
    const fields = [{ path: 'user_data', before: null, after: 'x'.repeat(1_000) }];
    const changes = Array.from({ length: 40 }, () => changeOf({ fields }));
    const lines = summarize(COUNTS, changes).split('\n');
    expect(lines[2]).toMatch(/^ {2}user_data: x{120}…$/);
    expect(lines.at(-1)).toMatch(/^and \d+ more, which the output of the step plan has$/);
  });
});
