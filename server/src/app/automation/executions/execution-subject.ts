/** Executions as subjects of approvals: the deciding vote takes over the one that waits. */
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type {
  ApprovalDecision,
  ApprovalSubject,
} from '../../access/approvals/approval-subjects.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { digestOf } from './tasks/approval-subject.ts';
import { takeExecution } from './tasks/take-execution.ts';

/** Dependencies of votes on executions. */
export interface ExecutionSubjectParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'takeOver' | 'wake'>;
}

/** Behavior of executions. */
export function executionSubject(parts: ExecutionSubjectParts): ApprovalSubject {
  return {
    digestNow: (row) => digestNow(parts.deps, row),
    decide: (row) => decide(parts, row),
  };
}

/** Digest of what the steps behind an approval would do; undefined once the execution is over. */
export async function digestNow(
  deps: CapabilityDeps,
  approval: ApprovalRow,
): Promise<string | undefined> {
  const id = approval.operation_id ?? '';
  const { operations, done } = await deps.store.snapshot({
    operations: { from: 'operations', where: { id } },
    done: { from: 'execution_steps', where: { execution_id: id, result: 'succeeded' } },
  });
  const [operation] = operations;
  if (operation === undefined || operation.finished_at_ms !== null) return undefined;
  return digestOf(deps, approval, operation, done);
}

async function decide(
  { deps, executor }: ExecutionSubjectParts,
  { operation_id }: ApprovalRow,
): Promise<ApprovalDecision | undefined> {
  const where = { id: operation_id ?? '' };
  const [operation] = await deps.store.read({ from: 'operations', where });
  if (operation === undefined || operation.finished_at_ms !== null) return undefined;
  const { row, change } = takeExecution(deps, operation);
  return {
    changes: [change],
    after: async () => {
      if (row === undefined) executor.wake(operation.id);
      else executor.takeOver(row, await readLog(deps.store, operation.id));
    },
  };
}
