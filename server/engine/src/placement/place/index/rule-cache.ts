/** Caches what rules say of a place or a load, for requests that evaluate them in the same way. */
import type { PlacementNode } from '../model/placement.ts';
import type { Scorer } from '../model/rule.ts';

/** Cached results by the number of the place or load. */
export interface RuleCache {
  /** 1 where the results are known. */
  done: Uint8Array;
  /** The filters that reject it, a bit each. */
  masks: Int32Array;
  /** The values of the scorers, in their order. */
  readonly columns: Float64Array[];
}

/** Caches by the part of the request that their rules look at; the oldest is evicted. */
export type RuleCaches = Map<string, RuleCache>;

/** Numbers stored in all caches of one kind: about 20 MB at five columns. */
const NUMBERS_MAX = 2 ** 19;

/** Enough to distinguish nodes, few enough to print; fixed so that JSON is stable. */
export const SCORE_DECIMALS = 4;
/** The number of steps between 0 and 1 in a rounded share. */
export const SCORE_STEPS = 10 ** SCORE_DECIMALS;

/** Returns a measurement as it is cached: shares are rounded once. */
export function remembered({ kind }: Scorer, value: number): number {
  return kind === 'share' ? Math.round(value * SCORE_STEPS) / SCORE_STEPS : value;
}

/** Returns a number as a share of a span: 1 for the least, and for all where all are equal. */
export function shareInSpan(
  value: number,
  { least, span }: { readonly least: number; readonly span: number },
): number {
  if (span <= 0) return 1;
  return Math.round((1 - (value - least) / span) * SCORE_STEPS) / SCORE_STEPS;
}

/** Evaluates the rules for a numbered place or load. */
export interface RuleEvaluator {
  readonly maskOf: (sample: PlacementNode) => number;
  /** Measures, one for each column of the cache. */
  readonly measures: readonly ((sample: PlacementNode) => number)[];
}

/** Opens the cache of a kind of request, large enough for `size` numbers. */
export function openCache(
  caches: RuleCaches,
  key: string,
  { size, columns }: { readonly size: number; readonly columns: number },
): RuleCache {
  const known = caches.get(key);
  const room = Math.max(64, 2 ** Math.ceil(Math.log2(size + 1)));
  if (known !== undefined) {
    if (known.done.length < size) grow(known, room);
    return known;
  }
  const kept = Math.max(8, Math.floor(NUMBERS_MAX / room));
  const oldest = caches.size < kept ? undefined : caches.keys().next().value;
  if (oldest !== undefined) caches.delete(oldest);
  const cache: RuleCache = {
    done: new Uint8Array(room),
    masks: new Int32Array(room),
    columns: Array.from({ length: columns }, () => new Float64Array(room)),
  };
  caches.set(key, cache);
  return cache;
}

/** Evaluates and caches a number that is not cached yet. */
export function learn(
  cache: RuleCache,
  id: number,
  { sample, evaluator }: { readonly sample: PlacementNode; readonly evaluator: RuleEvaluator },
): void {
  const mask = evaluator.maskOf(sample);
  cache.masks[id] = mask;
  cache.done[id] = 1;
  if (mask !== 0) return;
  for (const [at, measure] of evaluator.measures.entries()) {
    const column = cache.columns[at];
    if (column !== undefined) column[id] = measure(sample);
  }
}

/**
 * Returns the filters that reject a numbered place or load; evaluates them if they are not cached.
 */
export function maskRemembered(
  cache: RuleCache,
  id: number,
  { evaluator, of }: { readonly evaluator: RuleEvaluator; readonly of: PlacementNode | undefined },
): number {
  if (cache.done[id] === 0 && of !== undefined) learn(cache, id, { sample: of, evaluator });
  return cache.masks[id] ?? 0;
}

/** Drops the results of a number that is about to be reused. */
export function forgetId(caches: RuleCaches, id: number): void {
  for (const { done } of caches.values()) if (id < done.length) done[id] = 0;
}

function grow(cache: RuleCache, room: number): void {
  const { done, masks } = cache;
  cache.done = new Uint8Array(room);
  cache.done.set(done);
  cache.masks = new Int32Array(room);
  cache.masks.set(masks);
  for (const [at, column] of cache.columns.entries()) {
    const larger = new Float64Array(room);
    larger.set(column);
    cache.columns[at] = larger;
  }
}
