import { expect, test } from '@jest/globals';
import { compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import { attributesOf, findTrouble } from '../test-kit/synthesize.ts';
import { AccessPolicy } from './access-policy.ts';

const attributes = (build: (policy: AccessPolicy) => void) =>
  attributesOf('policy', (stack) => build(new AccessPolicy(stack, 'access')));

test('denies what is not granted, and lets admins do everything', () => {
  expect(attributes(() => {})).toEqual({
    name: 'shop-access',
    type: 'access',
    rule: `package novacron

# Everything that is not granted below is denied.
default allow := false

allow if {
\tinput.subject.role == "admin"
}
`,
  });
});

test('each grant is a rule of its own, and says what a role may do', () => {
  const { rule } = attributes((policy) => {
    policy.grantRead('viewer');
    policy.grantCreate('developer', ['vm', 'volume']);
    policy.grantUpdate('developer');
    policy.grantDelete('developer', ['vm']);
    policy.grant('on-call', ['start_vm', 'stop_vm', 'start_vm']);
  });
  const compiled = compileRego({
    modules: { 'access.rego': String(rule) },
    entrypoints: ['novacron/allow'],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const policy = loadPolicy(compiled.value.wasm);
  const may = (role: string, action: string) =>
    policy.evaluate({ subject: { role }, action }, 'novacron/allow');
  const asked = ['admin', 'viewer', 'developer', 'on-call'].map((role) =>
    ['read', 'create_vm', 'create_network', 'update_network', 'delete_vm', 'start_vm']
      .filter((action) => JSON.stringify(may(role, action)).includes('true'))
      .join(' '),
  );
  expect(asked).toEqual([
    'read create_vm create_network update_network delete_vm start_vm',
    'read',
    'read create_vm update_network delete_vm',
    'start_vm',
  ]);
});

test('another role may do everything, and an action that never occurs is refused', () => {
  const own = attributesOf('policy', (stack) => {
    new AccessPolicy(stack, 'access', { policyName: 'Access', adminRole: 'platform "ops"' });
  });
  expect(own).toMatchObject({
    name: 'Access',
    rule: expect.stringContaining('input.subject.role == "platform \\"ops\\""'),
  });
  const trouble = findTrouble((stack) =>
    new AccessPolicy(stack, 'access').grantCreate('developer', ['vms', 'vm']),
  );
  expect(trouble).toMatch(/create_vms is not an action: .* Did you mean create_vm\?/);
  const none = findTrouble((stack) => new AccessPolicy(stack, 'access').grant('developer', []));
  expect(none).toBe('No action is granted to the role "developer": name at least one.');
});
