/** Plans the sizes of groups of VMs. See README.md. */
import type { ScalingCombine } from '@novacron/contract/kinds/vm-group/group-scaling';
import { assert } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import type {
  GroupDecision,
  RuleSize,
  ScalingCause,
  ScalingGroup,
  ScalingInput,
  ScalingLimit,
} from './model/scaling.ts';
import { chooseMembers } from './rules/choose-members.ts';
import { type Bounds, findBounds } from './rules/find-bounds.ts';
import { findLostSource, substituteRule } from './rules/find-lost-source.ts';
import { findShrinkLimits } from './rules/find-shrink-limits.ts';
import { type LimitedSize, limitGrowth } from './rules/limit-growth.ts';
import { scopeOf } from './rules/measure-load.ts';
import { type RecentNeeds, rememberNeed } from './rules/remember-needs.ts';
import { type ResolvedSettings, resolveSettings } from './rules/resolve-settings.ts';
import { sizeByRule } from './rules/size-by-rule.ts';

/** Inputs for deciding a group's size. */
interface Situation {
  readonly group: ScalingGroup;
  readonly settings: ResolvedSettings;
  readonly bounds: Bounds;
  readonly rules: readonly RuleSize[];
  readonly needs: RecentNeeds;
  /** A metric is lost, and the group is scaled without it. */
  readonly isLost: boolean;
  /** Size that counts because a metric is lost. */
  readonly fallbackSize: number | undefined;
  readonly nowMs: number;
}

/** A size with its reasons. */
interface Choice extends LimitedSize {
  readonly wanted: number;
  readonly cause: ScalingCause;
}

/**
 * Plans a round. Only sizes and members to remove are decided: where members go is placement's
 * question, and when the change begins the arbiter's.
 * @returns one decision for each group, in their order
 */
export function planScaling(
  { groups }: ScalingInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): readonly GroupDecision[] {
  return groups.map((group) => decide(group, nowMs));
}

function decide(group: ScalingGroup, nowMs: number): GroupDecision {
  const settings = resolveSettings(group.settings);
  const bounds = findBounds(group, nowMs);
  const own = (group.settings.rules ?? []).flatMap((rule, at) =>
    // Without members there is nothing that a member could measure.
    group.size === 0 && scopeOf(rule) === 'member'
      ? []
      : [sizeByRule({ group, rule, at, settings }, nowMs)],
  );
  const source = findLostSource(group, own, nowMs);
  const rules = source.isLost ? [...own, ...substituteRule({ group, settings }, nowMs)] : own;
  const need = { size: findNeed(group, rules, settings), windowMs: settings.shrinkWindowMs };
  const needs = rememberNeed(group.memory, need, nowMs);
  const { isLost } = source;
  const fallbackSize = isLost ? settings.fallbackSize : undefined;
  const situation = { group, settings, bounds, rules, needs, isLost, fallbackSize, nowMs };
  const choice = remove(group, choose(situation));
  const { size: to, members, ...reasons } = choice;
  assert(to >= Math.min(group.size, bounds.min), 'a group does not shrink below its minimum');
  assert(to <= Math.max(group.size, bounds.max), 'a group does not grow above its maximum');
  return {
    groupId: group.id,
    groupName: group.name,
    kind: kindOf(group.size, to),
    from: group.size,
    to,
    remove: members.map(({ id }) => id),
    ...reasons,
    rules,
    bounds: { min: bounds.min, max: bounds.max },
    combine: settings.combine,
    isAlarm: isLost,
    fallbackSize,
    memory: { ...needs.memory, ...source.remembered },
  };
}

/** The size that is remembered as needed now; that of the group where nothing is known. */
function findNeed(
  group: ScalingGroup,
  rules: readonly RuleSize[],
  { combine }: ResolvedSettings,
): number {
  const known = rules.flatMap(({ sizeMeasured, sizeGrow, state }) =>
    sizeMeasured === undefined || sizeGrow === undefined || state !== 'known'
      ? []
      : [Math.max(sizeMeasured, sizeGrow)],
  );
  return combineSizes(combine, known) ?? group.size;
}

function choose(situation: Situation): Choice {
  const { group, bounds, fallbackSize = 0, nowMs } = situation;
  const { size } = group;
  const grow = pickSize(situation, 'sizeGrow');
  const measured = pickSize(situation, 'sizeMeasured');
  const known = grow > size ? grow : Math.min(size, measured);
  const byRules = Math.max(known, fallbackSize);
  const wanted = Math.min(bounds.max, Math.max(bounds.min, byRules));
  const own: ScalingLimit = bounds.isScheduled ? 'schedule' : 'bounds';
  if (wanted === size) {
    if (byRules === size) return { wanted, size, cause: 'none', limitedBy: [] };
    return { wanted: byRules, size, cause: own, limitedBy: [own] };
  }
  const stopped = findStop(group, wanted > size ? 'up' : 'down', nowMs);
  if (stopped !== undefined) return { wanted, size, cause: stopped, limitedBy: [stopped] };
  if (size > bounds.max) return { wanted, size: bounds.max, cause: own, limitedBy: [] };
  if (wanted < size) return chooseShrinkage(situation, wanted);
  const most = Math.max(byRules, bounds.min);
  const limited = limitGrowth(group, { ...situation, wanted: most }, nowMs);
  const byLoad = known < fallbackSize ? 'fallback' : measured >= byRules ? 'rule' : 'forecast';
  const byWhat = byRules < wanted ? own : byLoad;
  const cause = limited.size > size ? byWhat : (limited.limitedBy[0] ?? byWhat);
  return { ...limited, wanted: most, cause };
}

function findStop(
  { hold, isBusy }: ScalingGroup,
  direction: 'up' | 'down',
  nowMs: number,
): ScalingLimit | undefined {
  const isHeld = hold?.direction === 'both' || hold?.direction === direction;
  if (isHeld && nowMs < hold.untilMs) return 'hold';
  return isBusy ? 'operation' : undefined;
}

/** Shrinks to what was needed lately and is expected to be needed, unless something keeps it. */
function chooseShrinkage(situation: Situation, wanted: number): Choice {
  const { group, settings, rules, needs, nowMs } = situation;
  const { size } = group;
  const request = { rules, settings, isWindowComplete: needs.isComplete };
  const held = findShrinkLimits(group, request, nowMs);
  const expected = pickSize(situation, 'sizeShrink');
  const limitedBy = [...held];
  if (expected > wanted) limitedBy.push('forecast');
  if (needs.size > wanted && needs.isComplete) limitedBy.push('window');
  const least = Math.min(size, Math.max(wanted, expected, needs.size));
  const to = held.length > 0 ? size : least;
  return { wanted, size: to, cause: to < size ? 'rule' : (limitedBy[0] ?? 'none'), limitedBy };
}

/** Chooses the members that a smaller size removes; where they are too few, the size is larger. */
function remove(group: ScalingGroup, choice: Choice) {
  if (choice.size >= group.size) return { ...choice, members: [] };
  const count = Math.max(0, group.members.length - choice.size);
  const { members, limitedBy } = chooseMembers(group, count);
  const size = Math.min(group.size, choice.size + count - members.length);
  const all = [...choice.limitedBy, ...limitedBy];
  if (size < group.size) return { ...choice, size, members, limitedBy: all };
  return { ...choice, size, members: [], cause: limitedBy[0] ?? choice.cause, limitedBy: all };
}

function kindOf(from: number, to: number): GroupDecision['kind'] {
  if (from === to) return 'keep';
  return from < to ? 'grow' : 'shrink';
}

/**
 * Picks the size that counts of what the rules want; the present one where nothing is known. Where
 * all rules have to agree, one whose metric is unknown agrees to no other size, until it is lost.
 */
function pickSize(
  { group: { size }, settings: { combine }, rules, isLost }: Situation,
  name: 'sizeGrow' | 'sizeMeasured' | 'sizeShrink',
): number {
  const unknown = combine === 'min' && !isLost ? size : undefined;
  const known = rules.flatMap((rule) => rule[name] ?? unknown ?? []);
  return combineSizes(combine, known) ?? size;
}

function combineSizes(combine: ScalingCombine, sizes: readonly number[]): number | undefined {
  if (sizes.length === 0) return undefined;
  return combine === 'min' ? Math.min(...sizes) : Math.max(...sizes);
}
