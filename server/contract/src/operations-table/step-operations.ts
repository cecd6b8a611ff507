/** Which operations a step of a workflow or runbook may call. */
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
  'drift_baseline',
]);

/** Drift has writes of both kinds: `drift.approve` is an approval. */
const STEP_OPERATIONS: ReadonlySet<OperationName> = new Set(['drift.remediate']);

/** Opens a screen of a VM, or takes the promise of an agent back: a person does these. */
const NEVER_STEPS: ReadonlySet<OperationName> = new Set(['vm.console', 'node.confirm_dead']);

/** Whether a text names an operation that a step may call. */
export function isStepOperation(name: string): boolean {
  if (!isOperationName(name) || operationRow(name).effect !== 'write') return false;
  if (NEVER_STEPS.has(name)) return false;
  const [noun = ''] = name.split('.');
  return STEP_NOUNS.has(noun) || STEP_OPERATIONS.has(name);
}

/** Every operation that a step may call, in the table's order. */
export function stepOperations(): readonly OperationName[] {
  return operationNames().filter(isStepOperation);
}
