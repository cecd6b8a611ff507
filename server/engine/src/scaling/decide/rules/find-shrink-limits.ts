/** Finds the limits that keep a group from shrinking now. */
import type { RuleSize, ScalingGroup, ScalingLimit, SizeChange } from '../model/scaling.ts';
import type { ResolvedSettings } from './resolve-settings.ts';

const HOUR_MS = 3_600_000;

/** Finds all of it; none: the group may shrink. */
export function findShrinkLimits(
  group: ScalingGroup,
  request: {
    readonly rules: readonly RuleSize[];
    readonly settings: ResolvedSettings;
    readonly isWindowComplete: boolean;
  },
  nowMs: number,
): readonly ScalingLimit[] {
  const { rules, settings, isWindowComplete } = request;
  const { members, changes } = group;
  const limits: readonly (readonly [ScalingLimit, boolean])[] = [
    ['unknown', rules.some(({ state }) => state !== 'known')],
    ['healing', members.some(({ isHealing }) => isHealing)],
    ['warm_up', members.some(({ state }) => state === 'starting')],
    ['cooldown', changes.some(({ atMs }) => Math.abs(nowMs - atMs) < settings.cooldownMs)],
    ['window', !isWindowComplete],
    ['forecast', rules.some(({ forecast }) => forecast === 'pending')],
    ['reversals', countReversals(changes, nowMs) > settings.reversalsMax],
  ];
  return limits.filter(([, holds]) => holds).map(([limit]) => limit);
}

/** Changes of direction in the last hour, with that of shrinking now. */
function countReversals(changes: readonly SizeChange[], nowMs: number): number {
  const isGrowth = changes
    .filter(({ atMs, from, to }) => Math.abs(nowMs - atMs) <= HOUR_MS && from !== to)
    .map(({ from, to }) => to > from);
  return [...isGrowth, false].filter((grows, at, all) => at > 0 && grows !== all[at - 1]).length;
}
