/** The actions, and how much each of them does: the network chooses which, a rule how much. */
import { DecisionAction } from '@novacron/contract/autonomy/autonomous-decision';
import type { ActionName, DecisionState } from '../model/decision.ts';

/** All of them, in the order of the outputs of the network. */
export const ACTIONS: readonly ActionName[] = DecisionAction.options;

/** The place of `wait` among them. */
export const WAIT = ACTIONS.indexOf('wait');

/**
 * CPU usage that a group is sized for, some below its limit since full nodes give less, and room
 * for more load than forecast. Units: percent, VMs.
 */
export const CPU_TARGET = 82;
const SPARE_VMS = 0.3;

/** Fewest and most VMs that the group may have. */
export interface SizeBounds {
  readonly sizeMin: number;
  readonly sizeMax: number;
}

/** As many VMs as the load of the next 15 minutes needs, within the bounds. */
function neededSizeOf(
  { active_vms, cpu_usage_soon }: Pick<DecisionState, 'active_vms' | 'cpu_usage_soon'>,
  { sizeMin, sizeMax }: SizeBounds,
): number {
  const needed = Math.ceil((active_vms * cpu_usage_soon) / CPU_TARGET + SPARE_VMS);
  return Math.max(sizeMin, Math.min(sizeMax, needed));
}

/** The change of the number of VMs by an action: to {@link neededSizeOf}, by at least one. */
export function sizeChangeOf(
  action: ActionName,
  state: Pick<DecisionState, 'active_vms' | 'cpu_usage_soon'>,
  bounds: SizeBounds,
): number {
  const { active_vms: size } = state;
  const needed = neededSizeOf(state, bounds);
  if (action === 'scale_up')
    return Math.max(0, Math.min(bounds.sizeMax, Math.max(size + 1, needed)) - size);
  if (action === 'scale_down')
    return Math.min(0, Math.max(bounds.sizeMin, Math.min(size - 1, needed)) - size);
  return 0;
}

/**
 * The simple rule: to the size that the forecast of 15 minutes needs; where that is the size, a
 * node is left if that is allowed.
 */
export function actionOfRule(
  state: Pick<DecisionState, 'active_vms' | 'cpu_usage_soon'>,
  bounds: SizeBounds,
  allowed: readonly ActionName[],
): ActionName {
  const missing = neededSizeOf(state, bounds) - state.active_vms;
  const size = missing > 0 ? 'scale_up' : 'scale_down';
  const wish = missing === 0 ? 'migrate' : size;
  return allowed.includes(wish) ? wish : 'wait';
}
