/** A place for a new VM, where spot VMs make room for it if nobody else can. */
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import { openOverlay } from '@novacron/engine/placement/fleet/overlay';
import { type FleetQuestion, layOutFleet } from '../facts/fleet-index-cache.ts';
import type { WriteScope } from '../scope.ts';
import { findPreemption, type PreemptingPlace } from './find-preemption.ts';
import { placeNewVm } from './place-vm.ts';

/**
 * Places a VM.
 * @returns where it goes, and who has to go; problems: those of {@link placeNewVm}
 */
export async function placeOrPreempt(
  question: FleetQuestion,
  from: Parameters<typeof placeNewVm>[1],
  scope: WriteScope,
): Promise<Result<PreemptingPlace, Problem>> {
  const placed = placeNewVm(question, from, scope);
  if (placed.ok) return ok({ ...placed.value, victims: [] });
  if (placed.error.code !== 'no-capacity') return placed;
  const { deps, nowMs, context } = scope;
  const layOut = () => openOverlay(layOutFleet(deps.store, question));
  const { tenantId } = context.principal;
  const vm = { tenantId, ask: question, kept: from.kept, layOut };
  const found = await findPreemption(deps.store, vm, { nowMs, rng: deps.rng });
  return found === undefined ? placed : ok(found);
}
