/** Computes how many members a VM group should have by its `scale` actions. */

import { parseDuration } from '@novacron/contract/formats/duration';
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type { RequestedAction } from './model/orchestration.ts';

/** The size of a group, and its own bounds. */
export interface GroupSizes {
  readonly size: number;
  readonly minSize: number;
  readonly maxSize: number;
}

/** Another size. */
export interface Resizing {
  /** The request for it; the change is applied before the bounds. */
  readonly by: RequestedAction;
  readonly size: number;
  /** Time for which the size must have been requested. Unit: ms. */
  readonly delayMs: number;
}

type Scale = (OrchestrationAction & { readonly type: 'scale' })['parameters'];

/**
 * Combines the `scale` actions of a group: a change, the bounds of policies, then those of the
 * group.
 * @param asked - without conflicts
 * @returns undefined where the group has the right size
 */
export function resizeGroup(
  asked: readonly RequestedAction[],
  { size, minSize, maxSize }: GroupSizes,
): Resizing | undefined {
  const wishes = asked.flatMap((by) =>
    by.action.type === 'scale' ? [{ by, wish: by.action.parameters }] : [],
  );
  const change = wishes.find(({ wish }) => wish.factor !== undefined || wish.count !== undefined);
  const least = Math.max(minSize, ...wishes.map(({ wish }) => wish.min_replicas ?? 0));
  const most = Math.min(maxSize, ...wishes.map(({ wish }) => wish.max_replicas ?? maxSize));
  const changed = change === undefined ? size : changeSize(size, change.wish);
  const wanted = Math.max(minSize, Math.min(most, Math.max(least, changed)));
  const by = change?.by ?? wishes[0]?.by;
  if (by === undefined || wanted === size) return undefined;
  const direction = wanted > size ? 'up' : 'down';
  const delays = wishes
    .filter(({ wish }) => wish.direction === direction)
    .map(({ wish: { delay } }) => (delay === undefined ? 0 : (parseDuration(delay) ?? 0)));
  return { by, size: wanted, delayMs: Math.max(0, ...delays) };
}

function changeSize(size: number, { direction, factor, count }: Scale): number {
  if (direction === 'down')
    return factor === undefined ? size - (count ?? 0) : Math.floor(size / factor);
  return factor === undefined ? size + (count ?? 0) : Math.ceil(size * factor);
}
