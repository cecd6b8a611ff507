/**
 * Resources that a VM holds on its node besides capacity: NUMA cells, devices, bandwidth and
 * licences. Stored with its allocation, so that they are always released with it.
 */
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementRequest, VmRequest } from '@novacron/engine/placement/place/model/placement';
import type { Query } from '../../ports/store.ts';
import type { AllocationRow } from '../../ports/tables/allocation-row.ts';
import { parseStored } from './parse-stored.ts';
import { toPlacementRequest } from './placement-request.ts';

/** The parts of a request that nodes are asked for besides room. */
export type Claim = Pick<VmRequest, 'numa' | 'pools' | 'devices' | 'licences'>;

/** The query for the allocations that hold more than room: few of them do. */
export const FLEET_CLAIMS = {
  from: 'allocations',
  where: { has_claims: 1 },
} as const satisfies Query<'allocations'>;

/** Whether a VM needs more of its node than room. */
export function hasClaims({ vm }: Pick<PlacementRequest, 'vm'>): boolean {
  return Object.keys(claimOf(vm)).length > 0;
}

/** The claim columns of an allocation: what the VM was placed with, until it moves. */
export function claimColumns(spec: VmSpec): Pick<AllocationRow, 'claims_json' | 'has_claims'> {
  const request = toPlacementRequest(spec);
  if (!hasClaims(request)) return { claims_json: null, has_claims: 0 };
  // Plain data, without undefined values.
  const claim: JsonObject = JSON.parse(JSON.stringify(claimOf(request.vm)));
  return { claims_json: canonicalJson(claim), has_claims: 1 };
}

/** Reads the claim of an allocation; empty where it has none, or it is damaged. */
export function readClaim({ claims_json }: Pick<AllocationRow, 'claims_json'>): Claim {
  return (claims_json === null ? undefined : parseStored<Claim>(claims_json)) ?? {};
}

function claimOf({ numa = 'any', pools, devices, licences }: VmRequest): Claim {
  return {
    ...(numa === 'any' ? {} : { numa }),
    ...(pools === undefined ? {} : { pools }),
    ...(devices === undefined ? {} : { devices }),
    ...(licences === undefined ? {} : { licences }),
  };
}
