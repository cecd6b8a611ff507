/** Operations that a step of a workflow or runbook may call. */
import { isOperationName, type OperationName, operationNames, operationRow } from './operations.ts';

/**
 * The nouns whose writes may be steps. A noun that is not listed is never a step: what decides who
 * may do what (approvals, secrets, keys, tokens, sessions, roles, tenants, enrollment, policies and
 * other rows of trust), the settings of the platform, and workflows themselves, which a step of
 * its own kind starts.
 */
const STEP_NOUNS: ReadonlySet<string> = new Set([
  'vm',
  'vm_batch',
  'vm_group',
  'network',
  'volume',
  'snapshot',
  'security_group',
  'template',
  'ssh_key',
  'node',
  'optimizer',
  'reservation',
  'healing',
  'scaling',
  'incident',
  'alert',
  'metric',
  'drift',
  'drift_baseline',
  'compliance',
]);

/** Writes of other nouns that may be steps. */
const STEP_OPERATIONS: ReadonlySet<OperationName> = new Set(['gitops_application.record']);

/** Writes of these nouns have no operation that would say which attempt has made them. */
const WITHOUT_OPERATION: ReadonlySet<string> = new Set([
  'alert',
  'compliance',
  'drift',
  'drift_baseline',
  'healing',
  'incident',
  'metric',
  'optimizer',
  'scaling',
  'vm_batch',
]);

/** Admits its operation in its own way, which leaves no place for the record of an attempt. */
const MANY_VMS: OperationName = 'vm.bulk';

/** Reads that wait, act, or say something of the caller or of this server only. */
const NEVER_READ: ReadonlySet<OperationName> = new Set([
  'admission.preview',
  'bus.authority',
  'bus.configuration',
  'idempotency.list',
  'identity.whoami',
  'node.test_fence',
  'operation.wait',
  'policy.preview',
  'policy_decision.ask',
  'session.get',
  'session.list',
]);

/** Opens a screen of a VM, or takes the promise of an agent back: a person does these. */
const NEVER_STEPS: ReadonlySet<OperationName> = new Set(['vm.console', 'node.confirm_dead']);

/** Whether a text names an operation that a step may call: a write of the list, or a read. */
export function isStepOperation(name: string): boolean {
  return isStepWrite(name) || isStepRead(name);
}

/** Whether a text names a read whose answer a step may have. */
export function isStepRead(name: string): name is OperationName {
  return isOperationName(name) && operationRow(name).effect === 'read' && !NEVER_READ.has(name);
}

/** Whether a text names a write that may be a step; executions run those with an operation. */
export function isStepWrite(name: string): name is OperationName {
  if (!isOperationName(name) || operationRow(name).effect !== 'write') return false;
  if (NEVER_STEPS.has(name)) return false;
  const [noun = ''] = name.split('.');
  return STEP_NOUNS.has(noun) || STEP_OPERATIONS.has(name);
}

/** Whether an execution can run a step that calls it: a read, or a write with one operation. */
export function isRunOperation(name: string): boolean {
  if (!isStepWrite(name)) return isStepRead(name);
  const [noun = ''] = name.split('.');
  return name !== MANY_VMS && !WITHOUT_OPERATION.has(noun);
}

/** Every operation that a step may call, in the table's order. */
export function stepOperations(): readonly OperationName[] {
  return operationNames().filter(isStepOperation);
}
