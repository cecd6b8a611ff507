/** Plans the placement of a VM. See README.md for the pipeline. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import { decidePlacement } from './decide/decide-placement.ts';
import { makeFleetIndex } from './index/fleet-index.ts';
import { openOverlay } from './index/fleet-overlay.ts';
import type { PlacementInput, PlacementPlan } from './model/placement.ts';

/**
 * Chooses the node for a VM: a snapshot in, a plan out.
 * @param env - only `rng` is used, and only to choose among nodes of equal score: the same seed
 *   gives the same plan, and VMs of different names spread over equal nodes
 * @returns the node with its score, explanation and alternatives; `validation-failed` for an
 *   invalid request; or `no-capacity` with the reason against every node, the fields at fault and
 *   the nearest miss
 * @remarks The choice depends neither on the order of the nodes nor on nodes that cannot hold the
 * VM. Callers that decide often keep a fleet index and call `decidePlacement`, which gives the same
 * result.
 * Sources of the idea: the Kubernetes scheduler (filter, score, normalise, weigh) and Nomad's named
 * scores.
 */
export function planPlacement(input: PlacementInput, env: Env): Result<PlacementPlan, Problem> {
  return decidePlacement(openOverlay(makeFleetIndex(input)), input, env);
}
