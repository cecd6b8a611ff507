/**
 * Earliest start of each step, and the critical path that decides a run's duration. Source: Kelley
 * and Walker, "Critical-Path Planning and Scheduling" (1959).
 */
import type { OrderedStep } from './order-steps.ts';

/** A step, and how long it takes. */
export interface TimedStep extends OrderedStep {
  /** Unit: milliseconds. */
  readonly durationMs: number;
}

/** The times of one run with as many runners as there are steps. Units: milliseconds. */
export interface StepTimes {
  readonly times: ReadonlyMap<string, { readonly earliestMs: number; readonly durationMs: number }>;
  readonly criticalPath: readonly string[];
  readonly makespanMs: number;
  readonly serialMs: number;
  readonly parallelMax: number;
}

/**
 * Computes times.
 * @param steps - in an order in which each comes after those that it needs
 */
export function timeSteps(steps: readonly TimedStep[]): StepTimes {
  const times = new Map<string, { readonly earliestMs: number; readonly durationMs: number }>();
  const before = new Map<string, string>();
  let last: { readonly id: string; readonly endMs: number } | undefined;
  for (const { id, needs, durationMs } of steps) {
    let earliestMs = 0;
    for (const need of needs) {
      const endMs = endOf(times.get(need));
      if (endMs < earliestMs || (endMs === earliestMs && before.has(id))) continue;
      earliestMs = endMs;
      before.set(id, need);
    }
    times.set(id, { earliestMs, durationMs });
    const endMs = earliestMs + durationMs;
    if (last === undefined || endMs > last.endMs) last = { id, endMs };
  }
  const criticalPath: string[] = [];
  for (let id = last?.id; id !== undefined; id = before.get(id)) criticalPath.unshift(id);
  return {
    times,
    criticalPath,
    makespanMs: last?.endMs ?? 0,
    serialMs: steps.reduce((sum, { durationMs }) => sum + durationMs, 0),
    parallelMax: countParallel([...times.values()]),
  };
}

interface Span {
  readonly earliestMs: number;
  readonly durationMs: number;
}

function endOf(span: Span | undefined): number {
  return span === undefined ? 0 : span.earliestMs + span.durationMs;
}

/** The most spans that overlap; one that ends when another begins does not. */
function countParallel(spans: readonly Span[]): number {
  const changes = spans
    .filter(({ durationMs }) => durationMs > 0)
    .flatMap((span) => [
      { atMs: span.earliestMs, by: 1 },
      { atMs: endOf(span), by: -1 },
    ])
    .sort((left, right) => left.atMs - right.atMs || left.by - right.by);
  let running = 0;
  let most = 0;
  for (const { by } of changes) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}
