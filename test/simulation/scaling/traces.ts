/** The traces of the closed loop: those on which both sides were tuned, and those kept back. */
import {
  DAY,
  type DemandShape,
  makeTrace,
  replayTrace,
  type Trace,
  type TraceSource,
} from '@novacron/agent/drivers/simulator/demand';
import { makeRng } from '@novacron/engine/rng';

/** A trace, and the minute in which its simulation begins; what is before it is known. */
export interface LoopTrace {
  readonly trace: Trace;
  readonly first: number;
}

/** Measurements to replay. */
export interface Recording {
  readonly name: string;
  readonly values: readonly number[];
  /** Between two values. */
  readonly stepMinutes: number;
  /** Days that are known before the simulation begins. */
  readonly knownDays: number;
}

const KNOWN_DAYS = 14;

/** The largest demand of a trace, unless a burst comes on top of it. Unit: members. */
const PEAK = 14;

const SHAPES: readonly DemandShape[] = [
  { nightRatio: 0.25, weekendRatio: 0.6, burstsPerDay: 0.5, dailyBursts: 2, launchesPerWeek: 0.3 },
  { nightRatio: 0.4, weekendRatio: 0.9, burstsPerDay: 1, dailyBursts: 0, launchesPerWeek: 0.1 },
  { nightRatio: 0.15, weekendRatio: 0.5, burstsPerDay: 0.2, dailyBursts: 1, launchesPerWeek: 0 },
];

/** Synthetic traces, in turn one of each shape. */
export function makeTraces(seed: string, count: number, days: number): readonly LoopTrace[] {
  return Array.from({ length: count }, (_, at) => ({
    trace: makeTrace(sourceOf(`${seed}-${at}`), KNOWN_DAYS + days, shapeAt(at)),
    first: KNOWN_DAYS * DAY,
  }));
}

/** Replayed traces of the given days, or fewer where less was recorded. */
export function replayTraces(recordings: readonly Recording[], days: number): readonly LoopTrace[] {
  return recordings.map(({ name, values, stepMinutes, knownDays }) => {
    const count = ((knownDays + days) * DAY) / stepMinutes;
    return {
      trace: replayTrace(sourceOf(name), values.slice(0, count), stepMinutes),
      first: knownDays * DAY,
    };
  });
}

/** The same name gives the same numbers. */
export function sourceOf(name: string): TraceSource {
  return { name, rng: makeRng(name), peak: PEAK };
}

function shapeAt(at: number): DemandShape {
  const shape = SHAPES[at % SHAPES.length];
  if (shape === undefined) throw new RangeError('There is no shape.');
  return shape;
}
