/**
 * The shield: which actions may be chosen at all. It filters before the choice, so that no value
 * that a network has learned makes a forbidden action happen.
 * Source: Alshiekh et al., "Safe reinforcement learning via shielding" (2018).
 */
import { assert } from '@novacron/contract/result';
import { roundTo } from '../../round.ts';
import type {
  ActionName,
  Constraints,
  DecisionState,
  ForbiddenAction,
  ShieldResult,
} from '../model/decision.ts';
import { ACTIONS, sizeChangeOf } from './actions.ts';
import { CPU_LIMIT } from './features.ts';

/** Filters. @param tried - how often training has tried each action, in the order of `ACTIONS` */
export function planShield(
  state: DecisionState,
  constraints: Constraints,
  tried: readonly number[],
): ShieldResult {
  const forbidden: ForbiddenAction[] = [];
  const allowed = ACTIONS.filter((action, at) => {
    if (action === 'wait') return true;
    const why =
      findStop(action, constraints) ??
      findOwnStop(action, state, constraints) ??
      ((tried[at] ?? 0) > 0 ? undefined : 'the model has not tried it in training');
    if (why !== undefined) forbidden.push({ action, why });
    return why === undefined;
  });
  assert(allowed.includes('wait'), 'waiting is always allowed');
  return { allowed, forbidden };
}

/** What stops every action. */
function findStop(action: ActionName, constraints: Constraints): string | undefined {
  const { mode, holdUntilMs, nowMs, outOfScope, ownedByPolicies, grantedByArbiter } = constraints;
  if (mode === 'off') return 'autonomous decisions are off';
  if (holdUntilMs !== undefined && nowMs < holdUntilMs) return 'a person holds automatic changes';
  if (outOfScope.has(action)) return 'it is not decided here';
  if (ownedByPolicies.has(action)) return 'a policy already decides it for this group';
  if (!grantedByArbiter.has(action)) return 'the arbiter would not start it now';
  return undefined;
}

/** What stops this one. */
function findOwnStop(
  action: ActionName,
  state: DecisionState,
  constraints: Constraints,
): string | undefined {
  switch (action) {
    case 'scale_up':
    case 'scale_down':
      return findSizeStop(action, state, constraints);
    case 'migrate':
    case 'rebalance':
      return findMoveStop(constraints.moves[action], constraints);
    case 'adjust_policy_draft':
      return constraints.hasPolicyDraft ? undefined : 'the tenant has no draft of a policy';
    case 'enable_feature':
      return constraints.features.some(({ isEnabled }) => !isEnabled)
        ? undefined
        : 'the allow-list has no feature that is off';
    case 'disable_feature':
      return constraints.features.some(({ isEnabled }) => isEnabled)
        ? undefined
        : 'the allow-list has no feature that is on';
    case 'wait':
      return undefined;
  }
}

function findSizeStop(
  action: 'scale_up' | 'scale_down',
  state: DecisionState,
  constraints: Constraints,
): string | undefined {
  const { scaling, size, sizeMin, sizeMax } = constraints;
  if (scaling === 'apply') return 'the group has `scaling` in mode `apply`';
  if (size !== state.active_vms) return 'the size of the group is not the one that was measured';
  const change = sizeChangeOf(action, state, constraints);
  if (action === 'scale_up' && !(change > 0)) return `the group has its most VMs, ${sizeMax}`;
  if (action === 'scale_down' && !(change < 0)) return `the group has its fewest VMs, ${sizeMin}`;
  return change < 0 ? findOverload(state, size + change) : undefined;
}

/** The VMs that stay have to serve what is expected. */
function findOverload({ cpu_usage_soon, active_vms }: DecisionState, left: number) {
  const usage = (cpu_usage_soon * active_vms) / left;
  if (usage <= CPU_LIMIT) return undefined;
  return `the VMs left would be used ${roundTo(usage, 0)} % in 15 minutes, above ${CPU_LIMIT} %`;
}

function findMoveStop(moves: number, { movesMax }: Constraints): string | undefined {
  if (!(moves > 0)) return 'no VM would gain by it';
  if (moves <= movesMax) return undefined;
  const vms = moves === 1 ? '1 VM' : `${moves} VMs`;
  return `it would move ${vms}, more than the budget of ${Math.max(0, movesMax)}`;
}
