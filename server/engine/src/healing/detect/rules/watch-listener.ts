/** Whether the server itself could have heard what it did not hear. */
import type { Listener } from '../model/detection.ts';

/**
 * If two looks are further apart, the server or its store was away in between. Source of the
 * figure: `MAX_LOCAL_PAUSE` of Cassandra. Unit: ms.
 */
const PAUSE_MS_MIN = 5_000;

/** Retention of pauses: time and number. */
const MEMORY_MS = 600_000;
const PAUSES_MAX = 8;

/** Starts to listen: every node has a full lease from now. */
export function startListening(nowMs: number): Listener {
  return { sinceMs: nowMs, lastMs: nowMs, pausesMs: [] };
}

/** Notes a look. After a pause every node has a full lease of grace. */
export function lookAgain(listener: Listener, nowMs: number): Listener {
  const isPause = nowMs - listener.lastMs >= PAUSE_MS_MIN;
  const pausesMs = listener.pausesMs.filter((atMs) => nowMs - atMs < MEMORY_MS);
  if (!isPause) return { ...listener, lastMs: nowMs, pausesMs };
  return {
    sinceMs: nowMs,
    lastMs: nowMs,
    pausesMs: [...pausesMs.slice(1 - PAUSES_MAX), nowMs],
  };
}
