/** The phi accrual failure detector. */
import type { BeatHistory } from '../model/detection.ts';

/** One false suspicion in 10^8 heartbeats, as Akka and Cassandra have it. */
export const PHI_MAX = 8;

/** Pauses that are usual, such as those of a collection of garbage. Unit: ms. */
const PAUSE_MS = 3_000;

/**
 * Bounds of the standard deviation, as shares of the period. Without a floor a steady rhythm makes
 * the first late heartbeat a death; without a cap a jittery one hides every death.
 */
const DEVIATION_RATIO_MIN = 0.1;
const DEVIATION_RATIO_MAX = 0.25;

/** Fewer intervals say nothing: the announced period counts. */
const INTERVALS_MIN = 8;

/** Suspicion has no upper limit; JSON has no infinity. */
const PHI_SHOWN_MAX = 100;

/**
 * Measures how unlikely it is that a heartbeat still comes after a silence.
 * Source of the idea: Hayashibara et al. (2004), "The phi accrual failure detector"; the logistic
 * approximation of the normal distribution and the tolerated pause are those of Akka.
 * @returns -log10 of the probability, 0 to 100; rises with the silence
 */
export function measurePhi({ intervalsMs, expectedMs }: BeatHistory, silentMs: number): number {
  const { meanMs, deviationMs } = describeRhythm(intervalsMs, expectedMs);
  const y = (silentMs - meanMs - PAUSE_MS) / deviationMs;
  const e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
  const phi = y > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
  return Math.max(0, Math.min(PHI_SHOWN_MAX, phi));
}

function describeRhythm(intervalsMs: readonly number[], expectedMs: number) {
  const isKnown = intervalsMs.length >= INTERVALS_MIN;
  const count = intervalsMs.length;
  const sum = intervalsMs.reduce((total, each) => total + each, 0);
  // Heartbeats that were delivered in one burst do not make the rhythm faster.
  const meanMs = isKnown ? Math.max(expectedMs, sum / count) : expectedMs;
  const squares = intervalsMs.reduce((total, each) => total + (each - meanMs) ** 2, 0);
  const wantedMs = isKnown ? Math.sqrt(squares / count) : 0;
  const [floorMs, capMs] = [DEVIATION_RATIO_MIN * expectedMs, DEVIATION_RATIO_MAX * expectedMs];
  return { meanMs, deviationMs: Math.min(capMs, Math.max(floorMs, wantedMs)) };
}
