/** Where does a VM go, and why there? See README.md for the pipeline. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { decidePlacement } from './decide-placement.ts';
import { makeFleetIndex } from './fleet/fleet-index.ts';
import { openOverlay } from './fleet/overlay.ts';
import type { PlacementInput, PlacementPlan } from './model.ts';

/**
 * Chooses the node for a VM: a snapshot in, a plan out.
 * @param env - only `rng` is used, and only to choose among nodes of equal score: the same seed
 *   gives the same plan, and VMs of different names spread over equal nodes
 * @returns the node with its score, explanation and alternatives; `validation-failed` for a
 *   question that makes no sense; or `no-capacity` with the reason against every node, the fields
 *   at fault and the nearest miss
 * @remarks The choice depends neither on the order of the nodes nor on nodes that cannot hold the
 *   VM. Whoever asks often keeps an index and asks `decidePlacement`, which answers the same.
 * Sources of the idea: the Kubernetes scheduler (filter, score, normalise, weigh) and Nomad's
 * named scores.
 */
export function planPlacement(input: PlacementInput, env: Env): Result<PlacementPlan, Problem> {
  return decidePlacement(openOverlay(makeFleetIndex(input)), input, env);
}
