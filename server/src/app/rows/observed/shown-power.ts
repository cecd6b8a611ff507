/** The power state that people see of a VM: one that is to be started again has not drifted. */
import type { JsonObject } from '@novacron/contract/json';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Ending } from '@novacron/engine/healing/restart/model/restart';
import { isStartedAgain } from '@novacron/engine/healing/restart/plan-restarts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { fieldsOf, type ResourceFields } from '../answer-resource.ts';
import { attemptsBefore, observedPowerOf, stopReasonOf } from '../observed-machine.ts';
import { restartPolicyOf } from './restart-policy.ts';

/** The row of a VM; other resources have no default of restarts. */
type VmLike = ResourceRow & { readonly restart_default?: unknown };

/**
 * The observed power state, where it differs from the desired one and NovaCron does not restore it
 * by itself: between two restarts of a VM that crashes, `status` says that it is stopped.
 */
export function shownPowerOf(row: VmLike, fields: ResourceFields = fieldsOf(row)): JsonObject {
  const power = observedPowerOf(row, fields);
  return power.power_state === 'stopped' && isToBeRestarted(row, fields) ? {} : power;
}

function isToBeRestarted(row: VmLike, { desired, observed }: ResourceFields): boolean {
  const reason = stopReasonOf(observed);
  if (observed.status !== 'stopped' || reason === 'command') return false;
  if (attemptsBefore(observed) !== null) return false;
  return isStartedAgain({ policy: restartPolicyOf(row, desired), ending: endingOf(reason) });
}

/** Nodes that do not say why a machine has stopped are taken to mean its guest. */
export function endingOf(reason: StopReason | undefined): Ending {
  return reason === undefined || reason === 'guest' ? 'shutdown' : 'failure';
}
