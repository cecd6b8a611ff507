import { expect, test } from '@jest/globals';
import { operationNames, operationRow } from './operations.ts';
import { isStepOperation, stepOperations } from './step-operations.ts';

test('what decides who may do what is never a step', () => {
  const refused = operationNames().filter(
    (name) => operationRow(name).effect === 'write' && !isStepOperation(name),
  );
  const nouns = [...new Set(refused.map((name) => name.split('.')[0]))];
  expect(nouns).toEqual([
    'vm',
    'policy',
    'policy_data',
    'policy_author',
    'policy_signing_key',
    'policy_waiver',
    'orchestration_policy',
    'node',
    'operation',
    'api_key',
    'drift',
    'drift_settings',
    'token',
    'signing_key',
    'session',
    'enrollment',
    'tenant',
    'role',
    'secret',
    'control_plane',
    'settings',
    'workflow',
    'execution',
    'automation',
    'approval',
    'notification_channel',
  ]);
  expect(refused.filter((name) => /^(vm|node|drift)[.]/.test(name))).toEqual([
    'vm.console',
    'node.confirm_dead',
    'drift.approve',
  ]);
});

test('steps are writes of the table', () => {
  const steps = stepOperations();
  expect(steps.filter((name) => operationRow(name).effect !== 'write')).toEqual([]);
  expect(steps).toContain('vm.create');
  expect(steps).toContain('drift.remediate');
  for (const name of ['vm.get', 'secret.create', 'approval.approve', 'workflow.run', '']) {
    expect([name, isStepOperation(name)]).toEqual([name, false]);
  }
});
