/** How many more VMs of a size fit? Answered by placing them until nobody takes one. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from './check-ask.ts';
import { tryPlacement } from './decide-placement.ts';
import { type FleetIndex, findNode } from './fleet/fleet-index.ts';
import { openOverlay, placeOnIndex } from './fleet/overlay.ts';
import type { PlacementAsk } from './model.ts';

/** More copies are no answer any more, but a fault of the question. */
export const COPIES_MAX = 100_000;

/** What fits. */
export interface CapacityEstimate {
  /** How many copies; at most as many as were to be counted. */
  readonly fits: number;
  readonly fitsByZone: Readonly<Record<string, number>>;
  /** Nodes that refuse the next copy, by reason; empty where the limit was reached. */
  readonly refusedByReason: Readonly<Record<string, number>>;
}

/**
 * Counts the copies of a VM that a fleet can hold. The copies are left on the index.
 * @param ask - a VM; its copies have its group and labels, and keep its rules among themselves
 * @param copiesMax - counting ends there; whole, 1 and up
 * @returns the estimate; `validation-failed` for a VM that makes no sense
 */
export function estimateCapacity(
  index: FleetIndex,
  { ask, copiesMax }: { readonly ask: PlacementAsk; readonly copiesMax: number },
  env: Env,
): Result<CapacityEstimate, Problem> {
  const wrong = checkAsk(ask);
  if (wrong !== undefined) return err(wrong);
  const fitsByZone: Record<string, number> = {};
  for (let fits = 0; fits < copiesMax; fits += 1) {
    const copy = { ...ask, vm: { ...ask.vm, name: `${ask.vm.name}#${fits}` } };
    const tried = tryPlacement(openOverlay(index), copy, env);
    if (!tried.ok) return ok({ fits, fitsByZone, refusedByReason: tried.error.byReason });
    const zone = findNode(index, tried.value.nodeId)?.zone ?? '';
    fitsByZone[zone] = (fitsByZone[zone] ?? 0) + 1;
    placeOnIndex(index, copy, tried.value);
  }
  return ok({ fits: copiesMax, fitsByZone, refusedByReason: {} });
}
