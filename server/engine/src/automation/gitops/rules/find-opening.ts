/** Finds when the windows of an application let a sync start. */

import { parseDuration } from '@novacron/contract/formats/duration';
import type { SyncWindow } from '@novacron/contract/gitops/application';
import { compileWindow } from '../../orchestration/rules/compile-window.ts';

/** The time zone of a window that names none. */
const ZONE = 'UTC';

/** Looks at windows: those that deny may cover many of those that allow. A look takes 0.1 ms. */
const LOOKS_MAX = 400;

/**
 * Finds the first moment, from now on, at which no window denies a sync and, where windows allow
 * some, one is open.
 * @returns undefined: none was found
 */
export function findOpening(windows: readonly SyncWindow[], nowMs: number): number | undefined {
  const compiled = windows.flatMap(({ kind, schedule, duration, timezone }) => {
    const window = compileWindow({ schedule, duration, timezone: timezone ?? ZONE });
    return window.ok ? [{ kind, ...window.value, openMs: parseDuration(duration) ?? 0 }] : [];
  });
  const allowing = compiled.filter(({ kind }) => kind === 'allow');
  const denying = compiled.filter(({ kind }) => kind === 'deny');
  let atMs = nowMs;
  for (let looks = 0; looks < LOOKS_MAX; looks += Math.max(compiled.length, 1)) {
    const ends = denying.flatMap(({ openedAt, openMs }) => {
      const opened = openedAt(atMs);
      return opened === undefined ? [] : [opened + openMs];
    });
    const isAllowed =
      allowing.length === 0 || allowing.some((each) => each.openedAt(atMs) !== undefined);
    if (ends.length === 0 && isAllowed) return atMs;
    const openings = allowing.flatMap(({ nextAfter }) => nextAfter(atMs) ?? []);
    if (ends.length === 0 && openings.length === 0) return undefined;
    atMs = ends.length > 0 ? Math.max(...ends) : Math.min(...openings);
  }
  return undefined;
}
