/** Decides where a VM of a plan goes, beside the other VMs of the plan. */
import type { PlacementDecision } from '@novacron/contract/placement';
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '@novacron/engine/env';
import type { FleetOverlay } from '@novacron/engine/placement/fleet/overlay';
import type { PlacementAsk } from '@novacron/engine/placement/model';
import type { Store } from '../../../ports/store.ts';
import { findPreemption } from '../decide/find-preemption.ts';
import { type PreviewedPlace, placeAsPreviewed } from '../decide/place-as-previewed.ts';
import { placeOrWake } from '../decide/place-or-wake.ts';
import type { PreviewRun } from './preview-run.ts';

/** A VM of a plan. */
export interface PlannedVm {
  readonly tenantId: string;
  readonly ask: PlacementAsk;
  /** What was shown of it before. */
  readonly kept: PlacementDecision | undefined;
  /** The fleet with all that may be asked for yet; only of interest where nothing was shown. */
  readonly expected: FleetOverlay | undefined;
}

/**
 * Places it: where there is room, else where a node is woken or spot VMs make room. Nothing of that
 * is done yet; who has to go is told.
 */
export async function decideInRun(
  store: Store,
  run: PreviewRun,
  vm: PlannedVm,
  env: Env,
): Promise<Result<PreviewedPlace, Problem>> {
  const placed = decideIn(run, vm, env);
  if (placed.ok || placed.error.code !== 'no-capacity') return placed;
  const found = await findPreemption(store, { ...vm, layOut: () => run.overlay }, env);
  return found === undefined ? placed : ok(found);
}

/** What others were shown is left to them as long as there is room besides. */
function decideIn(
  run: PreviewRun,
  { ask, kept, expected }: PlannedVm,
  env: Env,
): Result<PreviewedPlace, Problem> {
  if (kept === undefined && expected !== undefined) {
    const besides = placeAsPreviewed(expected, ask, undefined, env);
    if (besides.ok) return besides;
  }
  const from = { wakeable: run.wakeable, kept };
  return placeOrWake(run.overlay, from, (fleet) => placeAsPreviewed(fleet, ask, kept, env));
}
