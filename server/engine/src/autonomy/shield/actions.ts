/** The actions, and how much each of them does: the network chooses which, a rule how much. */
import { DecisionAction } from '@novacron/contract/autonomy/autonomous-decision';
import type { ActionName, DecisionState } from '../model/decision.ts';

/** All of them, in the order of the outputs of the network. */
export const ACTIONS: readonly ActionName[] = DecisionAction.options;

/** The place of `wait` among them. */
export const WAIT = ACTIONS.indexOf('wait');

/** CPU usage that a group is sized for: some below its limit. Unit: percent. */
const CPU_TARGET = 81;

/** Fewest and most VMs that the group may have. */
export interface SizeBounds {
  readonly sizeMin: number;
  readonly sizeMax: number;
}

/**
 * The change of the number of VMs by an action, within the bounds: to as many as the load of the
 * next 15 minutes needs, at least one.
 */
export function sizeChangeOf(
  action: ActionName,
  state: Pick<DecisionState, 'active_vms' | 'cpu_usage_soon'>,
  { sizeMin, sizeMax }: SizeBounds,
): number {
  const { active_vms: size, cpu_usage_soon } = state;
  const needed = Math.ceil((size * cpu_usage_soon) / CPU_TARGET);
  if (action === 'scale_up')
    return Math.max(0, Math.min(sizeMax, Math.max(size + 1, needed, sizeMin)) - size);
  if (action === 'scale_down')
    return Math.min(0, Math.max(sizeMin, Math.min(size - 1, needed, sizeMax)) - size);
  return 0;
}
