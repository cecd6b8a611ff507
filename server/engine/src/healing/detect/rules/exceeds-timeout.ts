/** The simple failure detector: a fixed time of silence. */
import type { BeatHistory } from '../model/detection.ts';

/** Silence that makes a node suspected: at least this, and three periods. Unit: ms. */
const SUSPICION_MS = 5_000;
const PERIODS = 3;

/** Whether a node has been silent for longer than a fixed time. */
export function exceedsTimeout({ expectedMs }: BeatHistory, silentMs: number): boolean {
  return silentMs >= Math.max(SUSPICION_MS, PERIODS * expectedMs);
}
