/** What VMs ask of their places, with what the tenant's orchestration policies add to it. */
import type { VmSpec } from '@novacron/contract/vm';
import { steerPlacements } from '@novacron/engine/orchestration/steer-placements';
import type { PlacementAsk } from '@novacron/engine/placement/model';
import { toPlacementAsk } from '../../rows/placement-ask.ts';
import type { PlacementDeps } from '../deps.ts';
import { readSteering } from './load-placement-policies.ts';

type Needs = Pick<PlacementDeps, 'store' | 'clock' | 'logger' | 'decisions'>;

/** The asks of VMs of one tenant, in their order. */
export async function steerAsks(
  deps: Needs,
  tenantId: string,
  specs: readonly VmSpec[],
): Promise<readonly PlacementAsk[]> {
  const steering = await readSteering(deps, tenantId);
  const policies = steering.map(({ policy }) => policy);
  const vms = specs.map((spec) => ({ spec, ask: toPlacementAsk(spec) }));
  return steerPlacements({ vms, policies }, { nowMs: deps.clock.nowMs() });
}

/** The ask of one VM. */
export async function steerAsk(deps: Needs, tenantId: string, spec: VmSpec): Promise<PlacementAsk> {
  const [ask = toPlacementAsk(spec)] = await steerAsks(deps, tenantId, [spec]);
  return ask;
}

/** What is wanted of a place besides. */
export interface PlaceWish extends Partial<Pick<PlacementAsk, 'strategy'>> {
  readonly zone?: string | undefined;
}

/** An ask with a wish that overrides it. */
export function addWish(ask: PlacementAsk, wish: PlaceWish = {}): PlacementAsk {
  const { zone = ask.constraints.zone, strategy = ask.strategy } = wish;
  return { ...ask, constraints: { ...ask.constraints, zone }, strategy };
}
