/**
 * Combines the placement requirements of VMs with the additions of the tenant's orchestration
 * policies.
 */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { applyPlacementPolicies } from '@novacron/engine/automation/orchestration/apply-placement-policies';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import type { PlacementDeps } from '../deps.ts';
import { excludeClashes } from '../facts/exclude-clashes.ts';
import { readSteering } from './load-placement-policies.ts';

type Needs = Pick<PlacementDeps, 'store' | 'clock' | 'logger' | 'decisions'>;

/**
 * The asks of VMs of one tenant, in their order: with what its policies add, and without nodes that
 * cannot connect their networks.
 */
export async function applyPoliciesToRequests(
  deps: Needs,
  tenantId: string,
  specs: readonly VmSpec[],
): Promise<readonly PlacementRequest[]> {
  const steering = await readSteering(deps, tenantId);
  const policies = steering.map(({ policy }) => policy);
  const vms = specs.map((spec) => ({ spec, request: toPlacementRequest(spec) }));
  const asks = applyPlacementPolicies({ vms, policies }, { nowMs: deps.clock.nowMs() });
  return excludeClashes(deps, tenantId, specs, asks);
}

/** The ask of one VM. */
export async function applyPoliciesToRequest(
  deps: Needs,
  tenantId: string,
  spec: VmSpec,
): Promise<PlacementRequest> {
  const [ask = toPlacementRequest(spec)] = await applyPoliciesToRequests(deps, tenantId, [spec]);
  return ask;
}

/** Additional requirements on a place. */
export interface PlacementOverride extends Partial<Pick<PlacementRequest, 'strategy'>> {
  readonly zone?: string | undefined;
  /** Names of nodes that are out of the question, besides those of the request itself. */
  readonly excludeNodes?: readonly string[] | undefined;
}

/** An ask with a wish that overrides it. */
export function applyOverride(
  ask: PlacementRequest,
  wish: PlacementOverride = {},
): PlacementRequest {
  const { zone = ask.constraints.zone, strategy = ask.strategy } = wish;
  const excludeNodes = [...(ask.constraints.excludeNodes ?? []), ...(wish.excludeNodes ?? [])];
  return { ...ask, constraints: { ...ask.constraints, zone, excludeNodes }, strategy };
}
