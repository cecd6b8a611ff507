import type { Tables } from '../../../ports/tables/tables.ts';
import { decodeDefinition } from '../../kernel/definitions/operation-definition.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import type { ResourceDeps } from '../deps.ts';

/** Starts the operations that a group's operation waits for and that were admitted with it. */
export async function startMembers(
  { store }: ResourceDeps,
  executor: Pick<OperationExecutor, 'start'>,
  operation: Tables['operations'],
): Promise<void> {
  const ids = decodeDefinition(operation).steps.flatMap(({ action }) =>
    action.kind === 'await-operation' ? [action.operationId] : [],
  );
  if (ids.length === 0) return;
  const rows = await store.read({ from: 'operations', where: { id: { in: ids } } });
  for (const row of rows) executor.start(row);
}
