/** Kept previews as rows: the key that finds one, the decision that it shows, and its end. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PlacementRequest } from '@novacron/engine/placement/model/placement';
import type { ChangeSet } from '../../../ports/store.ts';
import type { PlacementPreviewRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';

/**
 * Returns the key of a VM's preview: a repeated request for the same VM has the same key.
 * @param request - everything that placement reads of the VM; other changes leave the key as it is
 */
export function previewKeyOf(
  { principal, deployment }: Pick<CallContext, 'principal' | 'deployment'>,
  request: PlacementRequest,
): string {
  // The names of the members are hashed: they stay.
  const keyed = { tenant: principal.tenantId, deployment, type: 'vm', ask: request };
  return createHash('sha256').update(canonicalJson(keyed)).digest('hex');
}

/** Reads the decision of a kept preview; undefined for a refusal, and where there is no row. */
export function readDecision(
  row: { readonly decision_json: string | null } | undefined,
): PlacementDecision | undefined {
  if (row === undefined || row.decision_json === null) return undefined;
  // Written from a PlacementDecision; rows of an earlier release have no cost.
  const decision: PlacementDecision = JSON.parse(row.decision_json);
  return decision.cost_per_hour === undefined ? { ...decision, cost_per_hour: null } : decision;
}

/** Deletes the preview of a VM that is created. */
export function consumePreview(row: PlacementPreviewRow | undefined): ChangeSet {
  return row === undefined ? [] : [{ kind: 'drop', from: 'placement_previews', id: row.id }];
}
