import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { TableName } from '../../../ports/tables/tables.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { KIND_WHERE, RESOURCE_TABLES, type RowOf } from '../../rows/resource-tables.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { type ListInput, type ListSource, readList } from '../lists/read-list.ts';
import { findResource } from './find-resource.ts';

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

/** Lists resources of the caller's tenant, in the order of their creation by default. */
export async function listResources<Kind extends ResourceKind, Answer>(
  deps: KernelDeps,
  kind: Kind,
  input: ListInput,
  context: CallContext,
  toAnswer: (row: RowOf<Kind>) => Answer,
  filter: Pick<ListSource<TableName>, 'handled'> & { readonly where?: object } = {},
): Promise<Result<Page<Answer>, Problem>> {
  const { tenantId } = context.principal;
  const source = {
    operation: `${kind}.list`,
    from: RESOURCE_TABLES[kind],
    tenantId,
    idPrefix: RESOURCE_DEFINITIONS[kind].noun.prefix,
    ...filter,
    where: { ...filter.where, ...KIND_WHERE[kind], tenant_id: tenantId },
  };
  // Table and columns follow from the kind; the compiler does not connect the lookups.
  const page = await readList(deps, source as ListSource<TableName>, input);
  if (!page.ok) return page;
  // As above: the rows are those of the kind.
  return ok(mapPage(page.value as Page<RowOf<Kind>>, toAnswer));
}
