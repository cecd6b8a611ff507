/** Shows and lists what is stored: resources, operations, events. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import type { Problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Query, Store } from '../../../ports/store.ts';
import type { TableName } from '../../../ports/tables.ts';
import type { CallContext } from '../../composition/application.ts';
import { type Page, pageOf } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import {
  KIND_WHERE,
  RESOURCE_TABLES,
  type RowOf,
  type StoredKind,
} from '../../rows/resource-tables.ts';
import type { AppDeps } from '../context/deps.ts';
import { answerOperation, answerOperations } from '../operations/answer-operation.ts';
import type { OperationExecutor } from '../operations/execute-operations.ts';
import { findResource } from './find-resource.ts';

/** Which page of a list is asked for. */
export interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly name?: string | undefined;
}

/** Shows one resource of the caller's tenant. */
export async function getResource<Kind extends StoredKind, Answer>(
  deps: AppDeps,
  kind: Kind,
  id: string,
  context: CallContext,
  toAnswer: (row: RowOf<Kind>) => Answer,
): Promise<Result<Answer, Problem>> {
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, kind, { tenantId, id });
  return found.ok ? ok(toAnswer(found.value)) : found;
}

/** Lists resources of the caller's tenant in the order of their creation. */
export async function listResources<Kind extends StoredKind, Answer>(
  deps: AppDeps,
  kind: Kind,
  input: ListInput,
  context: CallContext,
  toAnswer: (row: RowOf<Kind>) => Answer,
): Promise<Result<Page<Answer>, Problem>> {
  const query = {
    from: RESOURCE_TABLES[kind],
    where: { tenant_id: context.principal.tenantId, ...KIND_WHERE[kind], ...pageWhere(input) },
    limit: input.limit + 1,
  };
  // The table follows from the kind; the compiler does not connect both lookups.
  const rows = (await deps.store.read(query as Query<TableName>)) as readonly RowOf<Kind>[];
  return ok(pageOf(rows, input.limit, toAnswer));
}

/** The rows that a page is taken from. */
export function pageWhere(input: ListInput) {
  return {
    ...(input.cursor === undefined ? {} : { id: { above: input.cursor } }),
    ...(input.name === undefined ? {} : { name: input.name }),
  };
}

/** Shows an operation. */
export async function getOperation(deps: AppDeps, id: string, context: CallContext) {
  const row = await readOperation(deps.store, id, context);
  return row === undefined ? err(notFound('operation', id)) : ok(await answerOperation(deps, row));
}

/** Lists operations in the order in which they were asked for, or latest first. */
export async function listOperations(
  deps: AppDeps,
  input: ParsedInputOf<'operation.list'>,
  context: CallContext,
) {
  const { cursor, limit, order, status, target_id } = input;
  const isUpwards = order === 'oldest';
  const rows = await deps.store.read({
    from: 'operations',
    where: {
      tenant_id: context.principal.tenantId,
      ...(cursor === undefined ? {} : { id: isUpwards ? { above: cursor } : { below: cursor } }),
      ...(target_id === undefined ? {} : { target_id }),
      ...(status === undefined ? {} : { status }),
    },
    orderBy: { column: 'id', direction: isUpwards ? 'asc' : 'desc' },
    limit: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => row);
  const items = await answerOperations(deps, page.items);
  return ok({ ...page, items });
}

/** Answers when the operation has ended, or with its progress when the time is up. */
export async function waitForOperation(
  deps: AppDeps,
  executor: OperationExecutor,
  input: { readonly id: string; readonly timeout_ms: number },
  context: CallContext,
) {
  const row = await readOperation(deps.store, input.id, context);
  if (row === undefined) return err(notFound('operation', input.id));
  const { signal } = context;
  await executor.waitForEnd(input.id, { timeoutMs: input.timeout_ms, signal });
  return getOperation(deps, input.id, context);
}

async function readOperation(store: Store, id: string, context: CallContext) {
  const { tenantId } = context.principal;
  const [row] = await store.read({ from: 'operations', where: { id, tenant_id: tenantId } });
  return row;
}
