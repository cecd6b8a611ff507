/** Limits the current growth of a group. */
import type { ScalingGroup, ScalingLimit } from '../model/scaling.ts';
import type { Bounds } from './find-bounds.ts';
import type { ResolvedSettings } from './resolve-settings.ts';

/** Share of members that are not ready, above which a group grows only slowly. */
const NOT_READY_RATIO_MAX = 0.2;

/** Growth limit per window in that case: if new members never get ready, more do not help. */
const CAREFUL_FACTOR = 2;

/** A size, and what kept it from being larger. */
export interface LimitedSize {
  readonly size: number;
  readonly limitedBy: readonly ScalingLimit[];
}

/** Limits a size above the present one; it is never below that. */
export function limitGrowth(
  group: ScalingGroup,
  request: {
    readonly wanted: number;
    readonly bounds: Bounds;
    readonly settings: ResolvedSettings;
  },
  nowMs: number,
): LimitedSize {
  const { wanted, bounds, settings } = request;
  const most: readonly (readonly [ScalingLimit, number | undefined])[] = [
    [bounds.isScheduled ? 'schedule' : 'bounds', bounds.max],
    ...findPace(group, settings, nowMs),
    ['quota', group.quotaMax],
  ];
  let size = wanted;
  const limitedBy: ScalingLimit[] = [];
  for (const [limit, value] of most) {
    if (value === undefined || value >= wanted) continue;
    limitedBy.push(limit);
    size = Math.min(size, value);
  }
  return { size: Math.max(group.size, size), limitedBy };
}

/** The largest size by the size at the beginning of the window, and why; nothing: no limit. */
function findPace(
  { members, size, changes }: ScalingGroup,
  { growFactor, warmUpMs }: ResolvedSettings,
  nowMs: number,
): readonly (readonly [ScalingLimit, number])[] {
  const isWaiting = (member: ScalingGroup['members'][number]) =>
    member.state !== 'ready' || member.isHealing;
  const waiting = members.filter(isWaiting);
  const isCareful = waiting.length > NOT_READY_RATIO_MAX * size;
  const careful = isCareful ? CAREFUL_FACTOR : Number.POSITIVE_INFINITY;
  const factor = Math.min(growFactor ?? Number.POSITIVE_INFINITY, careful);
  if (!Number.isFinite(factor)) return [];
  const isStarting = waiting.every(({ state, isHealing }) => state === 'starting' && !isHealing);
  const why = factor < careful ? 'grow_factor' : isStarting ? 'starting' : 'not_ready';
  const inWindow = changes.filter(({ atMs }) => Math.abs(nowMs - atMs) < warmUpMs);
  const base = Math.min(size, ...inWindow.map(({ from }) => from));
  return [[why, Math.max(1, Math.ceil(base * factor))]];
}
