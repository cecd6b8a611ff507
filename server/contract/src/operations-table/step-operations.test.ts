import { expect, test } from '@jest/globals';
import { operationNames, operationRow } from './operations.ts';
import { isRunOperation, isStepOperation, isStepRead, stepOperations } from './step-operations.ts';

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
    'drift_settings',
    'compliance_attestation',
    'compliance_finding',
    'compliance_settings',
    'autonomous_decision',
    'autonomy_settings',
    'price_list',
    'gitops_application',
    'budget',
    'terraform_state',
    'token',
    'signing_key',
    'session',
    'enrollment',
    'tenant',
    'role',
    'secret',
    'control_plane',
    'backup',
    'model',
    'model_settings',
    'settings',
    'workflow',
    'execution',
    'automation',
    'runbook',
    'approval',
    'runner',
    'notification_channel',
  ]);
  expect(refused.filter((name) => /^(vm|node)[.]/.test(name))).toEqual([
    'vm.console',
    'node.confirm_dead',
  ]);
});

test('steps are writes of the table, and its reads', () => {
  const steps = stepOperations();
  expect(steps.filter((name) => operationRow(name).effect === 'note')).toEqual([]);
  for (const name of ['vm.create', 'drift.remediate', 'vm.get', 'node.list', 'fleet.summary']) {
    expect([name, isStepOperation(name)]).toEqual([name, true]);
  }
  for (const name of ['operation.wait', 'secret.create', 'approval.approve', 'workflow.run', '']) {
    expect([name, isStepOperation(name)]).toEqual([name, false]);
  }
});

test('executions run reads, and writes that lead to one operation', () => {
  const left = stepOperations().filter((name) => !isRunOperation(name));
  expect(left.filter(isStepRead)).toEqual([]);
  expect(left).toContain('vm.bulk');
  expect(left).toContain('incident.ack');
  expect(left).not.toContain('node.drain');
});
