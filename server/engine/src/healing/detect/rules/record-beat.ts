/** History of heartbeats. */
import type { BeatHistory, HeardBeat } from '../model/detection.ts';

/** Enough for a mean, and forgotten within a minute at one a second. */
const INTERVALS_MAX = 64;

/** A longer interval, in periods, is an outage: it says nothing of the rhythm that follows. */
const PERIODS_MAX = 3;

/** After a longer silence a node has returned. In periods, and in ms. */
const RETURN_PERIODS = 4;
const RETURN_MS_MIN = 4_000;

/** Leases that agents may ask for. Unit: ms. */
const LEASE_MS_MIN = 5_000;
const LEASE_MS_MAX = 600_000;

/** The longest planned stop, as agents may announce it. Unit: ms. */
const PLANNED_MS_MAX = 1_800_000;

/**
 * Records a heartbeat. Intervals of an outage are left out, so that it does not make the detector
 * slow for the next one (`MAX_INTERVAL` of Cassandra).
 * @param history - undefined: the first heartbeat of the node
 */
export function recordBeat(
  history: BeatHistory | undefined,
  { atMs, expectedMs, leaseMs, plannedStopMs }: HeardBeat,
): BeatHistory {
  const bounded = Math.min(LEASE_MS_MAX, Math.max(LEASE_MS_MIN, leaseMs));
  const plannedUntilMs =
    plannedStopMs === undefined ? null : atMs + Math.min(PLANNED_MS_MAX, plannedStopMs);
  const said = { lastMs: atMs, expectedMs, leaseMs: bounded, plannedUntilMs };
  if (history === undefined) return { ...said, intervalsMs: [], returnedMs: null };
  // Messages may be delivered out of order.
  const lastMs = Math.max(history.lastMs, atMs);
  const intervalMs = lastMs - history.lastMs;
  const isOutage = intervalMs > PERIODS_MAX * expectedMs;
  // Another rhythm was announced: the intervals of the one before say nothing.
  const before = history.expectedMs === expectedMs ? history.intervalsMs : [];
  // One that comes back from a planned stop in time has not failed.
  const isPlanned = history.plannedUntilMs !== null && atMs <= history.plannedUntilMs;
  const hasReturned =
    !isPlanned && intervalMs > Math.max(RETURN_MS_MIN, RETURN_PERIODS * expectedMs);
  return {
    ...said,
    lastMs,
    intervalsMs: isOutage ? before : [...before.slice(1 - INTERVALS_MAX), intervalMs],
    returnedMs: hasReturned ? lastMs : history.returnedMs,
  };
}
