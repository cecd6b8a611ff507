import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EnforcementMode, PolicyType } from '../props/choices.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Policy } from './policy.ts';
import { Vm } from './vm.ts';

const TEXT = 'package small\n\ndeny contains "too large" if input.resource.memory_gb > 64\n';

test('a policy blocks as a resource policy unless something else is said', () => {
  const rule = PolicyRule.inline(TEXT);
  expect(attributesOf('policy', (stack) => void new Policy(stack, 'small', { rule }))).toEqual({
    name: 'shop-small',
    type: 'resource',
    rule: TEXT,
  });
  const attributes = attributesOf('policy', (stack) => {
    new Policy(stack, 'small', {
      rule,
      policyName: 'Small VMs',
      type: PolicyType.COMPLIANCE,
      enforcementMode: EnforcementMode.WARN,
      actions: ['create_vm'],
      kinds: ['vm'],
      labels: { tier: 'db' },
      priority: 5,
      activeFrom: '2026-12-01T08:00:00Z',
      platformWrites: true,
    });
  });
  expect(attributes).toMatchObject({
    type: 'compliance',
    enforcement_mode: 'warn',
    selector: { kinds: ['vm'], labels: { tier: 'db' } },
    active_from: '2026-12-01T08:00:00Z',
    platform_writes: true,
  });
});

test('the text of a file is read, and its mistakes are reported with their places', () => {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-policy-'));
  const file = join(folder, 'small.rego');
  writeFileSync(file, 'package small\n\ndeny contains msg if input.cpu > 1\n');
  const trouble = findTrouble((stack) => {
    new Policy(stack, 'small', { rule: PolicyRule.fromFile(file) });
  });
  rmSync(folder, { recursive: true });
  expect(trouble).toMatch(/\[shop\/small\] small\.rego:3:\d+: .*msg/);
});

test('a file that is missing is named', () => {
  expect(() => PolicyRule.fromFile('no/such.rego')).toThrow(
    /The policy no\/such\.rego cannot be read \(ENOENT\)\. Pass an existing file/,
  );
});

test("braces of Rego's own are not a template of Terraform's", () => {
  const text = 'package t\n\nwarn contains "${a} %{b}"\n';
  const { rule } = attributesOf('policy', (stack) => {
    new Policy(stack, 't', { rule: PolicyRule.inline(text) });
  });
  expect(rule).toBe('package t\n\nwarn contains "$${a} %%{b}"\n');
});

test('a policy that is bound decides about what it is bound to only', () => {
  const { resource } = synthesize((stack) => {
    const policy = new Policy(stack, 'small', { rule: PolicyRule.inline(TEXT), kinds: ['vm'] });
    for (const id of ['one', 'other']) {
      policy.bind(new Vm(stack, id, { ...MACHINE, isolated: true }));
    }
    new Vm(stack, 'free', { ...MACHINE, isolated: true });
  });
  const [policy] = Object.values(resource.novacron_policy ?? {});
  expect(policy?.selector).toEqual({ kinds: ['vm'], labels: { 'policy/shop-small': 'bound' } });
  const labels = Object.values(resource.novacron_vm ?? {}).map(({ name, metadata }) => [
    name,
    metadata,
  ]);
  expect(Object.fromEntries(labels)).toEqual({
    'shop-one': { 'policy/shop-small': 'bound' },
    'shop-other': { 'policy/shop-small': 'bound' },
    'shop-free': undefined,
  });
});

test('a policy of another configuration is looked up by its id or its name', () => {
  const { data } = synthesize((stack) => {
    expect(Policy.fromPolicyId(stack, 'byId', 'pol_1').policyId).toBe('pol_1');
    expect(Policy.fromPolicyName(stack, 'byName', 'small').policyName).toBe('small');
    new Policy(stack, 'own', { rule: PolicyRule.inline(TEXT) });
  });
  expect(Object.values(data?.novacron_policy ?? {})).toEqual(
    expect.arrayContaining([{ id: 'pol_1' }, { name: 'small' }]),
  );
});
