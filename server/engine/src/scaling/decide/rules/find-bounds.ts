/** The bounds of a group now: its own, or those of the schedules that hold. */
import { compileWindow } from '../../../automation/orchestration/rules/compile-window.ts';
import type { ScalingGroup } from '../model/scaling.ts';

/** Least and largest size. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly isScheduled: boolean;
}

/**
 * Finds the bounds. Where several schedules hold, the largest values count. A minimum above the
 * maximum counts as the maximum, so that no rule exceeds what the owner pays for.
 */
export function findBounds({ settings, minSize, maxSize }: ScalingGroup, nowMs: number): Bounds {
  const open = (settings.schedules ?? []).filter((schedule) => {
    const compiled = compileWindow({
      schedule: schedule.cron,
      duration: schedule.duration,
      timezone: schedule.time_zone ?? 'UTC',
    });
    return compiled.ok && compiled.value.openedAt(nowMs) !== undefined;
  });
  const isScheduled = open.length > 0;
  const max = isScheduled ? Math.max(...open.map((each) => each.max_size ?? maxSize)) : maxSize;
  const min = isScheduled ? Math.max(...open.map((each) => each.min_size ?? minSize)) : minSize;
  return { min: Math.min(min, max), max, isScheduled };
}
