/** Reads volumes with what they cost. */

import { toAmount } from '@novacron/contract/cost/money';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { VolumeRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { ListInput } from '../../kernel/lists/read-list.ts';
import { getResource, listResources } from '../../kernel/resource-rows/read-resources.ts';
import { toResource } from '../../rows/answer-resource.ts';
import { mapPage } from '../../rows/page.ts';
import type { ResourceDeps } from '../deps.ts';

/** Shows a volume. Problems: `not-found`. */
export async function getVolume(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const found = await getResource(deps, 'volume', id, context, (row) => row);
  if (!found.ok) return found;
  const show = await showerOf(deps, [found.value]);
  return ok(show(found.value));
}

/** Lists volumes in the order of their creation by default. */
export async function listVolumes(
  deps: ResourceDeps,
  input: ListInput,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const page = await listResources(deps, 'volume', input, context, (row) => row);
  if (!page.ok) return page;
  return ok(mapPage(page.value, await showerOf(deps, page.value.items)));
}

async function showerOf({ store }: ResourceDeps, rows: readonly VolumeRow[]) {
  const ids = rows.map(({ id }) => id);
  const charges = await store.read({ from: 'charges', where: { id: { in: ids } } });
  const rates = new Map(charges.map(({ id, rate }) => [id, rate]));
  return (row: VolumeRow) =>
    toResource('volume', row, { cost_per_hour: toAmount(rates.get(row.id)) });
}
