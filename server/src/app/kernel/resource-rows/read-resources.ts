import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Query } from '../../../ports/store.ts';
import type { TableName } from '../../../ports/tables/tables.ts';
import { type Page, pageOf } from '../../rows/page.ts';
import { KIND_WHERE, RESOURCE_TABLES, type RowOf } from '../../rows/resource-tables.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { findResource } from './find-resource.ts';

/** The requested page of a list. */
export interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly name?: string | undefined;
}

/** Shows one resource of the caller's tenant. */
export async function getResource<Kind extends ResourceKind, Answer>(
  deps: KernelDeps,
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
export async function listResources<Kind extends ResourceKind, Answer>(
  deps: KernelDeps,
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
