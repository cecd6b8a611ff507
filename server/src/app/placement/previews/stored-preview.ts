/** Kept previews as rows: the key that finds one, the decision that it shows, and its end. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../ports/store.ts';
import type { PlacementPreviewRow } from '../../../ports/tables/preview-tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { SEVERAL_INTERFACES } from '../../rows/hypervisor-features.ts';
import { replan } from '../../rows/resource-problems.ts';

/**
 * Returns the key of a VM's preview: a repeated request for the same VM has the same key.
 * @param request - everything that placement reads of the VM; other changes leave the key as it is
 */
export function previewKeyOf(
  { principal, deployment }: Pick<CallContext, 'principal' | 'deployment'>,
  request: PlacementRequest,
): string {
  // The names of the members are hashed: they stay.
  const ask = withoutSeveralInterfaces(request);
  const keyed = { tenant: principal.tenantId, deployment, type: 'vm', ask };
  return createHash('sha256').update(canonicalJson(keyed)).digest('hex');
}

/** A plan that makes the networks of a VM does not know yet whether there are any. */
function withoutSeveralInterfaces(request: PlacementRequest): PlacementRequest {
  const { features = [], ...vm } = request.vm;
  const others = features.filter((each) => each !== SEVERAL_INTERFACES);
  return { ...request, vm: others.length === 0 ? vm : { ...vm, features: others } };
}

/**
 * Completes the request of a VM whose further networks are not known yet: it is placed as one that
 * has some, which is right for one that has none as well.
 */
export function withSeveralInterfaces(
  request: PlacementRequest,
  unknown: readonly string[],
): PlacementRequest {
  const { features = [] } = request.vm;
  if (!unknown.includes('further_network_ids') || features.includes(SEVERAL_INTERFACES)) {
    return request;
  }
  return { ...request, vm: { ...request.vm, features: [...features, SEVERAL_INTERFACES] } };
}

type DecisionColumns = Pick<PlacementPreviewRow, 'decision_json' | 'created_vm_id'>;

/**
 * Reads the decision of a preview whose VM is not created yet; undefined for a refusal, and where
 * there is no row.
 */
export function readDecision(row: DecisionColumns | undefined): PlacementDecision | undefined {
  return row === undefined || row.created_vm_id !== null ? undefined : readShownDecision(row);
}

/** Reads what a preview has shown, whether its VM is created by now or not. */
export function readShownDecision(
  row: Pick<DecisionColumns, 'decision_json'> | undefined,
): PlacementDecision | undefined {
  if (row === undefined || row.decision_json === null) return undefined;
  // Written from a PlacementDecision.
  return JSON.parse(row.decision_json);
}

/**
 * Reads what is shown of a create that is refused. A plan must not show the place of a VM that is
 * gone by the apply, which decides again. An apply must show what its plan has shown.
 */
export function readRefusedDecision(
  row: DecisionColumns | undefined,
  moment: 'plan' | 'apply' | undefined,
): PlacementDecision | undefined {
  return moment === 'plan' ? readDecision(row) : readShownDecision(row);
}

/**
 * Ends the preview of a VM that is created. It is stored for a while: where the answer of the
 * create is lost, a saved plan is applied again and has to show the same.
 */
export function consumePreview(row: PlacementPreviewRow | undefined, vmId: string): ChangeSet {
  if (row === undefined) return [];
  const set = { created_vm_id: vmId };
  const otherwise = replan('The preview');
  return [{ kind: 'update', table: 'placement_previews', id: row.id, set, otherwise }];
}
