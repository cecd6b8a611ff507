/** The file of group rules as it is now: read again when it has changed, without a restart. */
import { statSync } from 'node:fs';
import type { Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';

/** Minimum interval between checks of the file. Unit: ms. */
const LOOK_MS = 5_000;

/** Rules file to watch. */
export interface WatchedRules<Rules> {
  readonly path: string;
  /** Rules in the file at startup. */
  readonly first: Rules;
  /** Reads it. Failure: what is wrong with it. */
  readonly read: () => Result<Rules, string>;
}

/**
 * Makes a reader of the rules. A file that cannot be read, or is wrong, leaves the last rules in
 * force and is logged as an error once for each change.
 */
export function watchGroupRules<Rules>(
  { path, first, read }: WatchedRules<Rules>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): () => Rules {
  let rules = first;
  // Unknown, so that what was written since the start is read at the first look.
  let mark: string | undefined;
  let lookedAtMs = clock.nowMs();
  return () => {
    const nowMs = clock.nowMs();
    if (Math.abs(nowMs - lookedAtMs) < LOOK_MS) return rules;
    lookedAtMs = nowMs;
    const markNow = markOf(path);
    if (markNow === mark) return rules;
    mark = markNow;
    const found = read();
    if (found.ok) {
      rules = found.value;
      logger.info({ path }, 'the mapping of groups has been read again');
    } else logger.error({ path, fault: found.error }, 'the mapping of groups was not replaced');
    return rules;
  };
}

/** Changes whenever the file does; a link that leads to another file is a change as well. */
function markOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return 'absent';
  }
}
