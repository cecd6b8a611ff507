/** Confidence of a server in its own suspicions. */
import type { Listener, SelfDoubt } from '../model/detection.ts';

/** A server that doubts itself most waits four times as long. */
const FACTOR_MAX = 4;

/** A server that hears less than this share of the fleet may be cut off itself. */
const HEARD_SHARE_MIN = 0.5;
const SILENT_MIN = 2;

/**
 * Doubts a server that pauses again and again, or that hears few of its agents. The first pause
 * costs a full lease of grace already (see `lookAgain`), and no more.
 * Source of the idea: Dadgar et al. (2018), "Lifeguard: local health awareness for more accurate
 * failure detection", where the timeouts are multiplied by the local health.
 */
export function doubtSelf(
  { pausesMs }: Listener,
  { silent, of }: { readonly silent: number; readonly of: number },
): SelfDoubt {
  const pauses = Math.max(0, pausesMs.length - 1);
  const hearsFew = silent >= SILENT_MIN && of - silent < HEARD_SHARE_MIN * of;
  const factor = Math.min(FACTOR_MAX, 1 + pauses + (hearsFew ? 1 : 0));
  return { pauses, hearsFew, factor };
}
