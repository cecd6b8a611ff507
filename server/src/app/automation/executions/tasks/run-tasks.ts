/** Lists the operations that executions can call. */
import {
  isRunOperation,
  isStepRead,
  isStepWrite,
} from '@novacron/contract/operations-table/step-operations';
import type { RegisteredWrite } from '../../../platform/deps.ts';

/**
 * Whether a step of an execution can begin an operation by a write: one that leads to a single
 * operation, so that its admission records which attempt began it.
 */
export function isRunTask(name: string | undefined): name is RegisteredWrite {
  return name !== undefined && isStepWrite(name) && isRunOperation(name);
}

/** Whether a step of an execution can have the answer of a read. */
export function isRunRead(name: string | undefined): boolean {
  return name !== undefined && isStepRead(name);
}
