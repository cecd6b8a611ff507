/** Shows and lists kept previews. */

import { PlacementPreviewId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import {
  type PlacementPreview,
  PlacementRefusal,
} from '@novacron/contract/placement/placement-preview';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PlacementDeps } from '../deps.ts';
import { readDecision } from './stored-preview.ts';

/** Lists the previews of the caller's tenant in the order in which they were made. */
export async function listPreviews(
  deps: PlacementDeps,
  input: ParsedInputOf<'placement_preview.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PlacementPreview>, Problem>> {
  const source = {
    operation: 'placement_preview.list',
    from: 'placement_previews',
    where: { tenant_id: principal.tenantId, created_vm_id: null },
    idPrefix: 'ppv',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toPreview)) : page;
}

/** Shows one preview; another tenant's does not exist. */
export async function getPreview(
  { store }: PlacementDeps,
  { id }: ParsedInputOf<'placement_preview.get'>,
  { principal }: CallContext,
): Promise<Result<PlacementPreview, Problem>> {
  const where = { id, tenant_id: principal.tenantId, created_vm_id: null };
  const [row] = await store.read({ from: 'placement_previews', where });
  return row === undefined ? err(notFound('placement preview', id)) : ok(toPreview(row));
}

function toPreview(row: Tables['placement_previews']): PlacementPreview {
  const decision = readDecision(row);
  return {
    id: PlacementPreviewId.parse(row.id),
    name: row.name,
    deployment: row.deployment,
    node: decision?.target_node ?? null,
    score: decision?.score ?? null,
    explanation: decision?.explanation ?? [],
    alternatives: decision?.alternatives ?? [],
    cost_per_hour: decision?.cost_per_hour ?? null,
    refusal:
      row.refusal_json === null ? null : PlacementRefusal.parse(JSON.parse(row.refusal_json)),
    created_at: toTimestamp(row.created_at_ms),
  };
}
