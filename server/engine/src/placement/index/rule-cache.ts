/** Remembers what the rules say of a place or a load, for questions that ask them the same. */
import type { PlacementNode } from '../model/placement.ts';
import type { Scorer } from '../model/rule.ts';

/** Answers by the number of what was asked about. */
export interface RuleCache {
  /** 1 where the answers are known. */
  done: Uint8Array;
  /** The filters that refuse, a bit each. */
  masks: Int32Array;
  /** What the scorers measure, in their order. */
  readonly columns: Float64Array[];
}

/** Caches by the part of the question that their rules look at; the oldest gives way. */
export type RuleCaches = Map<string, RuleCache>;

/** Numbers remembered in all caches of one kind: about 20 MB at five columns. */
const NUMBERS_MAX = 2 ** 19;

/** Enough to tell nodes apart, few enough to print; fixed so that JSON is stable. */
export const SCORE_DECIMALS = 4;
/** So many different shares there are, but for one. */
export const SCORE_STEPS = 10 ** SCORE_DECIMALS;

/** What of a measurement is worth remembering: shares are rounded once and for all. */
export function remembered({ kind }: Scorer, value: number): number {
  return kind === 'share' ? Math.round(value * SCORE_STEPS) / SCORE_STEPS : value;
}

/** A number as a share of a span: 1 for the least, and for all where nobody differs. */
export function shareInSpan(
  value: number,
  { least, span }: { readonly least: number; readonly span: number },
): number {
  if (span <= 0) return 1;
  return Math.round((1 - (value - least) / span) * SCORE_STEPS) / SCORE_STEPS;
}

/** Asks the rules about one of the things numbered. */
export interface RuleEvaluator {
  readonly maskOf: (sample: PlacementNode) => number;
  /** As many as the cache has columns. */
  readonly measures: readonly ((sample: PlacementNode) => number)[];
}

/** The cache of a kind of question, large enough for `size` numbers. */
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

/** Asks about a number that nothing is known of yet. */
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

/** The filters that refuse what is numbered; asks them where nothing is known yet. */
export function maskRemembered(
  cache: RuleCache,
  id: number,
  { evaluator, of }: { readonly evaluator: RuleEvaluator; readonly of: PlacementNode | undefined },
): number {
  if (cache.done[id] === 0 && of !== undefined) learn(cache, id, { sample: of, evaluator });
  return cache.masks[id] ?? 0;
}

/** Forgets a number that means something else from now on. */
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
