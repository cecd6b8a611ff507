/** Reads operations for their tenants. */

import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { type CallContext, waitAside } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { readList } from '../lists/read-list.ts';
import { answerOperation, answerOperations } from './answer-operation.ts';
import type { OperationExecutor } from './execute-operations.ts';

/** Shows an operation. */
export async function getOperation(deps: KernelDeps, id: string, context: CallContext) {
  const row = await readOperation(deps.store, id, context);
  return row === undefined ? err(notFound('operation', id)) : ok(await answerOperation(deps, row));
}

/** Lists operations in the order in which they were requested, or latest first. */
export async function listOperations(
  deps: KernelDeps,
  input: ParsedInputOf<'operation.list'>,
  context: CallContext,
) {
  const source = {
    operation: 'operation.list',
    from: 'operations',
    where: { tenant_id: context.principal.tenantId },
    columns: { principal: 'created_by' },
    handled: ['order'],
    idPrefix: 'op',
    damaged: 'blank',
  } as const;
  const page = await readList(
    deps,
    source,
    input,
    input.order === 'newest' ? '-created_at' : undefined,
  );
  if (!page.ok) return page;
  const items = await answerOperations(deps, page.value.items);
  return ok({ ...page.value, items });
}

/** Answers when the operation has ended, or with its progress when the time is up. */
export async function waitForOperation(
  deps: KernelDeps,
  executor: OperationExecutor,
  input: { readonly id: string; readonly timeout_ms: number },
  context: CallContext,
) {
  const row = await readOperation(deps.store, input.id, context);
  if (row === undefined) return err(notFound('operation', input.id));
  if (isFinalStatus(row.status)) {
    return ok(await answerOperation(deps, row));
  }
  const { signal } = context;
  const ended = executor.waitForEnd(input.id, { timeoutMs: input.timeout_ms, signal });
  await waitAside(context, ended);
  return getOperation(deps, input.id, context);
}

async function readOperation(store: Store, id: string, context: CallContext) {
  const { tenantId } = context.principal;
  const where = { id, tenant_id: tenantId };
  const [row] = await store.read({ from: 'operations', where, damaged: 'blank' });
  return row;
}
