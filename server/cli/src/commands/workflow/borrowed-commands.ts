/** Commands that stand under a second noun as well, where people look for them. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { commandOf, type TableCommand } from '../../arguments/command-table.ts';

/** A command of the table under another noun than its own. */
export interface BorrowedCommand {
  readonly row: TableCommand;
  /** Flags that are given already: `runbook list` lists runbooks only. */
  readonly given: Readonly<Record<string, string>>;
}

const OF_EXECUTIONS: readonly OperationName[] = [
  'execution.logs',
  'execution.pause',
  'execution.resume',
  'operation.cancel',
  'operation.retry',
  'approval.approve',
  'approval.deny',
];

/** Operations by the noun that borrows them. */
const BORROWED: Readonly<Record<string, readonly OperationName[]>> = {
  workflow: OF_EXECUTIONS,
  runbook: [
    'workflow.run',
    'workflow.get',
    'workflow.list',
    'workflow.versions',
    'workflow.rollback',
    'workflow.delete',
    ...OF_EXECUTIONS,
  ],
  execution: ['operation.cancel', 'operation.retry'],
};

/** All of them. */
export function borrowedCommands(): readonly BorrowedCommand[] {
  return Object.entries(BORROWED).flatMap(([group, operations]) =>
    operations.map((operation) => {
      const given = operation === 'workflow.list' ? { kind: 'runbook' } : {};
      return { row: commandOf(operation, group), given };
    }),
  );
}
