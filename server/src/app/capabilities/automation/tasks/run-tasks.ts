/** Which operations executions can call. */
import { isStepOperation } from '@novacron/contract/operations-table/step-operations';
import type { RegisteredWrite } from '../../deps.ts';

/** Writes without an operation of their own: nothing says whether an attempt has made them. */
const WITHOUT_OPERATION =
  /^(alert|drift|drift_baseline|healing|incident|metric|optimizer|scaling|vm_batch)\./;
const OTHERS: ReadonlySet<string> = new Set([
  'vm.bulk',
  'node.drain',
  'node.activate',
  'node.test_fence',
]);

/**
 * Whether a step of an execution can call an operation: one that leads to a single operation, so
 * that its admission records which attempt began it.
 */
export function isRunTask(name: string | undefined): name is RegisteredWrite {
  if (name === undefined || !isStepOperation(name)) return false;
  return !WITHOUT_OPERATION.test(name) && !OTHERS.has(name);
}
