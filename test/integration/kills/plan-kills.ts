/** Plans the kills of a seed: equal seeds give equal kills, regardless of the machine's timing. */
import { makeRng } from '@novacron/engine/rng';

/** Longest life of a server under load. Unit: milliseconds. */
const LOAD_MS_MAX = 600;
/** About what a start takes. Unit: milliseconds. */
const START_MS_MAX = 700;
/** Share of kills that hit a server before it is ready. */
const STARTS_RATIO = 0.2;

/** One kill. */
export interface Kill {
  /** `load`: after it was ready, while callers write; `start`: after it was launched. */
  readonly phase: 'load' | 'start';
  readonly afterMs: number;
}

/** Plans the kills of a seed. @param count - 1 or more */
export function planKills(seed: string, count: number): readonly Kill[] {
  const rng = makeRng(seed).fork('kills');
  return Array.from({ length: count }, () => {
    const phase = rng.next() < STARTS_RATIO ? 'start' : 'load';
    const longestMs = phase === 'load' ? LOAD_MS_MAX : START_MS_MAX;
    return { phase, afterMs: Math.round(rng.next() * longestMs) };
  });
}
