/** The number of members that a VM group has after a change of its sizing fields. */
import { z } from 'zod';
import type { ForeseenChange } from '../../schema/field.ts';
import { BATCH_VMS_MAX } from '../vm-batch/placement-batch.ts';
import { GroupScaling } from './group-scaling.ts';

/** The most members of a group: as many as are placed together. */
export const GROUP_VMS_MAX = BATCH_VMS_MAX;

/** A number of members. */
export const GroupSize = z.int().min(1).max(GROUP_VMS_MAX);

/** A size that may be 0: only `scaling` makes a group as small. */
export const GroupSizeOrZero = z.int().min(0).max(GROUP_VMS_MAX);

/** The fields that decide how many members a group has. */
export const SIZING_FIELDS = ['min_size', 'max_size', 'desired_size', 'scaling'] as const;

const GroupSizing = z.object({
  min_size: GroupSizeOrZero,
  max_size: GroupSize,
  desired_size: GroupSize.nullable().prefault(null),
  scaling: GroupScaling.nullable().prefault(null),
});

/** The sizing fields of a group. */
export type GroupSizing = z.infer<typeof GroupSizing>;

/** Returns the least and the largest size, whenever it is: schedules included. */
export function widestBounds({
  min_size: min,
  max_size: max,
  scaling,
}: Pick<GroupSizing, 'min_size' | 'max_size' | 'scaling'>): {
  readonly min: number;
  readonly max: number;
} {
  const schedules = scaling?.schedules ?? [];
  return {
    min: Math.min(min, ...schedules.flatMap((schedule) => schedule.min_size ?? [])),
    max: Math.max(max, ...schedules.flatMap((schedule) => schedule.max_size ?? [])),
  };
}

/**
 * Returns the number of members that a group has after a change. One that schedules have made
 * larger or smaller than its own bounds stays as it is until they say otherwise.
 */
export function sizeAfter({ size }: { readonly size: number }, sizing: GroupSizing): number {
  const { min, max } = widestBounds(sizing);
  return sizing.desired_size ?? Math.min(max, Math.max(min, size));
}

/** Returns the number of members that a new group starts with. */
export function firstSize({
  desired_size: desired,
  min_size: min,
}: Pick<GroupSizing, 'desired_size' | 'min_size'>): number {
  return desired ?? min;
}

/** Foresees `size`; undefined where a value is not known, and of a new group with `scaling`. */
export function foreseeSize({ before, after }: ForeseenChange): number | undefined {
  const sizing = GroupSizing.safeParse(after).data;
  if (sizing === undefined) return undefined;
  if (before === undefined) return sizing.scaling === null ? firstSize(sizing) : undefined;
  return typeof before.size === 'number' ? sizeAfter({ size: before.size }, sizing) : undefined;
}
