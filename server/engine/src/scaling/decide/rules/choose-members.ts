/** Chooses the members that a shrinking group loses first. */
import type { ScaleInOrder } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { MemberState, ScalingGroup, ScalingLimit, ScalingMember } from '../model/scaling.ts';

type Compare = (one: ScalingMember, other: ScalingMember) => number;

const HEALTH: Readonly<Record<MemberState, number>> = { not_ready: 0, starting: 1, ready: 2 };

/** Members of which nothing is known come last. */
const COMPARE: Readonly<Record<ScaleInOrder, Compare>> = {
  highest_number: () => 0,
  oldest: (one, other) => one.createdAtMs - other.createdAtMs,
  least_loaded: (one, other) => (one.loadRatio ?? 1) - (other.loadRatio ?? 1),
  dearest: (one, other) => (other.costPerHour ?? 0) - (one.costPerHour ?? 0),
  unhealthy_first: (one, other) => HEALTH[one.state] - HEALTH[other.state],
};

/** Members to remove, and why they are fewer than wanted. */
export interface Removal {
  readonly members: readonly ScalingMember[];
  readonly limitedBy: readonly ScalingLimit[];
}

/**
 * Chooses members. Protected ones and those that hold state which would be lost are never chosen;
 * of equal ones the highest number is first.
 */
export function chooseMembers(group: ScalingGroup, count: number): Removal {
  const { members, settings, removableMax = Number.POSITIVE_INFINITY } = group;
  const order = settings.scale_in?.order ?? 'highest_number';
  const named = new Set<string>(settings.scale_in?.protected_member_ids ?? []);
  const isProtected = (member: ScalingMember) => member.isProtected || named.has(member.id);
  const free = members.filter((member) => !isProtected(member) && !member.hasOtherState);
  const most = Math.max(0, Math.min(count, Math.floor(removableMax)));
  const chosen = [...free]
    .sort((one, other) => COMPARE[order](one, other) || other.number - one.number)
    .slice(0, most);
  const limitedBy: ScalingLimit[] = [];
  if (most < count) limitedBy.push('disruption');
  if (chosen.length < most) {
    if (members.some(isProtected)) limitedBy.push('protected');
    if (members.some((member) => member.hasOtherState && !isProtected(member)))
      limitedBy.push('state');
  }
  return { members: chosen, limitedBy };
}
