/**
 * Reads the sources of signals from time to time. A source that hangs, as a failing disk may, holds
 * up nothing: it is not read again until it has ended, and what was read of it before stays.
 */
import type { AnnouncedCondition } from '@novacron/contract/fleet/node-condition';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import { type Judgement, judgeSignals, NOTHING_JUDGED } from './judge-signals.ts';
import type { HostReading, SignalSource } from './signal-source.ts';

/** Interval between checks for due sources. Unit: ms. */
export const SIGNALS_MS = 60_000;

/** After this time a reading that has not ended is logged, once. Unit: ms. */
const LATE_MS = 30_000;

/** Dependencies for watching signals. */
export interface SignalParts {
  readonly sources: readonly SignalSource[];
  readonly node: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** The conditions of a host. */
export interface SignalWatch {
  /** Returns the last conditions; the same list until one changes. */
  readonly conditions: () => readonly AnnouncedCondition[];
  /** Whether each source was read, or could not be read, since the start. */
  readonly hasLooked: () => boolean;
  readonly stop: () => void;
}

/** Reads all sources at once, and then as often as each wants. */
export function watchSignals({ sources, node, clock, timers, logger }: SignalParts): SignalWatch {
  const underWay = new Set<SignalSource>();
  const failed = new Set<SignalSource>();
  const ended = new Set<SignalSource>();
  const lastMs = new Map<SignalSource, number>();
  let reading: HostReading = {};
  let judged: Judgement = NOTHING_JUDGED;
  let isStopped = false;
  let cancelNext = (): void => {};

  function judge(): void {
    const before = judged.conditions;
    judged = judgeSignals(reading, judged, clock.nowMs());
    if (JSON.stringify(before) === JSON.stringify(judged.conditions)) return;
    logger.warn({ node, conditions: judged.conditions }, 'the conditions of the host have changed');
  }

  async function readSource(source: SignalSource): Promise<void> {
    const fields = { node, source: source.name };
    underWay.add(source);
    const cancelLate = timers.after(LATE_MS, () =>
      logger.warn({ ...fields, lateMs: LATE_MS }, 'a source of signals does not answer'),
    );
    try {
      const found = await source.read();
      failed.delete(source);
      if (isStopped) return;
      reading = { ...reading, ...found };
      judge();
    } catch (cause) {
      if (!failed.has(source)) logger.info({ ...fields, cause }, 'a source cannot be read');
      failed.add(source);
    } finally {
      cancelLate();
      underWay.delete(source);
      ended.add(source);
    }
  }

  function round(): void {
    const nowMs = clock.nowMs();
    for (const source of sources) {
      const sinceMs = Math.abs(nowMs - (lastMs.get(source) ?? Number.NEGATIVE_INFINITY));
      if (underWay.has(source) || sinceMs < source.everyMs) continue;
      lastMs.set(source, nowMs);
      void readSource(source);
    }
    cancelNext = timers.after(SIGNALS_MS, round);
  }

  if (sources.length > 0) round();
  return {
    conditions: () => judged.conditions,
    hasLooked: () => ended.size === sources.length,
    stop: () => {
      isStopped = true;
      cancelNext();
    },
  };
}
