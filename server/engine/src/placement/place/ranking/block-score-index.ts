/**
 * The block score index: for requests that evaluate the rules of places and loads in the same way,
 * it stores by block how many nodes pass the filters and their best score. A block that has changed
 * is read again at the next decision; the others are not.
 * Sources of the idea: incremental view maintenance; upper bounds of blocks as in search engines'
 * WAND (Broder et al., 2003).
 */

import type { BlockScoreIndex, RememberedScorer, Span } from '../index/block-scores.ts';
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import {
  maskRemembered,
  type RuleCache,
  type RuleEvaluator,
  SCORE_STEPS,
  shareInSpan,
} from '../index/rule-cache.ts';
import type { WeightedScorer } from '../model/rule.ts';

/** Requests differ in their sizes; a catalogue has a few dozen. */
const BOARDS_MAX = 64;

const NOTHING_SPANNED = { cache: 'loads', column: 0, weight: 0 } as const;
const NO_SPAN: Span = { least: 0, span: 0 };

/** Excess of a bound over the best row above which it is cheaper to recompute the bounds. */
const LOOSENESS_MAX = 0.002;

/** The evaluators of the rules, by scope. */
export interface RuleEvaluators {
  readonly place: RuleEvaluator;
  readonly load: RuleEvaluator;
}

/** Opens the block score index of a kind of request. */
export function openBlockScores(
  index: FleetIndex,
  caches: Readonly<Record<'places' | 'loads', RuleCache>> & { readonly key: string },
  scorers: readonly WeightedScorer[],
): BlockScoreIndex {
  const { places, loads, key } = caches;
  const weights = scorers.map(({ weight }) => weight).join();
  const boardKey = `${key}${weights}`;
  const known = index.blockScoreIndexes.get(boardKey);
  // A cache that was evicted and made again does not know what was dropped in between.
  if (known !== undefined && known.places === places && known.loads === loads) return known;
  const oldest =
    index.blockScoreIndexes.size < BOARDS_MAX
      ? undefined
      : index.blockScoreIndexes.keys().next().value;
  if (oldest !== undefined) index.blockScoreIndexes.delete(oldest);
  const blockScores = makeBoard({ places, loads }, scorers);
  index.blockScoreIndexes.set(boardKey, blockScores);
  return blockScores;
}

/** Reads the blocks that have changed since they were read, or that contain excluded nodes. */
export function refreshBlockScores(
  index: FleetIndex,
  blockScores: BlockScoreIndex,
  evaluators: RuleEvaluators,
): void {
  const { table } = index;
  if (blockScores.versions.length < table.blocks) enlarge(blockScores, table.domains.length);
  const { versions } = table;
  for (let block = 0; block < table.blocks; block += 1) {
    if (blockScores.versions[block] === versions[block]) continue;
    blockScores.versions[block] = versions[block] ?? 0;
    readBlock(index, blockScores, { block, evaluators });
  }
}

/**
 * Adjusts the sums to other spans.
 * @param most - by scorer of `spanned`, the most that it says of a candidate
 * @returns what has to be added to the sums; they are recomputed where that would be too inexact
 */
export function adjustBlockScores(
  index: FleetIndex,
  blockScores: BlockScoreIndex,
  { spans, most }: { readonly spans: readonly Span[]; readonly most: readonly number[] },
): number {
  let slack = 0;
  let looseness = 0;
  for (const [at, span] of spans.entries()) {
    const before = blockScores.spans[at] ?? NO_SPAN;
    if (before.least === span.least && before.span === span.span) continue;
    const { weight } = blockScores.spanned[at] ?? NOTHING_SPANNED;
    // Both shares are linear, but for their rounding: they differ most and least at the ends.
    const grown = [span.least, most[at] ?? 0].map(
      (value) => shareInSpan(value, span) - shareInSpan(value, before),
    );
    const highest = Math.max(...grown) + 2 / SCORE_STEPS;
    slack += weight * highest;
    looseness += weight * (highest - Math.min(...grown));
  }
  if (looseness <= LOOSENESS_MAX) return slack;
  for (const [at, span] of spans.entries()) blockScores.spans[at] = span;
  const { table } = index;
  for (let block = 0; block < table.blocks; block += 1) {
    blockScores.sums[block] = Number.NEGATIVE_INFINITY;
    const end = block * BLOCK_ROWS + (table.filled[block] ?? 0);
    for (let row = block * BLOCK_ROWS; row < end; row += 1) {
      const places = table.places[row] ?? 0;
      const loads = table.loads[row] ?? 0;
      if (((blockScores.places.masks[places] ?? 0) | (blockScores.loads.masks[loads] ?? 0)) !== 0)
        continue;
      const sum = sumOf(blockScores, { places, loads });
      if (sum > (blockScores.sums[block] ?? 0)) blockScores.sums[block] = sum;
    }
  }
  return 0;
}

function makeBoard(
  caches: Readonly<Record<'places' | 'loads', RuleCache>>,
  scorers: readonly WeightedScorer[],
): BlockScoreIndex {
  const remembered = [...listRemembered(scorers, 'place'), ...listRemembered(scorers, 'load')];
  const spanned = remembered.filter(({ scorer }) => scorer.kind !== 'share');
  return {
    ...caches,
    shares: remembered.filter(({ scorer }) => scorer.kind === 'share'),
    spanned,
    versions: new Int32Array(0),
    fitting: new Int32Array(0),
    sums: new Float64Array(0),
    spans: spanned.map(() => ({ least: 0, span: 0 })),
    least: spanned.map(() => new Float64Array(0)),
    most: spanned.map(() => new Float64Array(0)),
    refused: [],
    refusals: new Map(),
  };
}

/** The scorers of a scope, numbered as the caches number their columns. */
export function listRemembered(
  scorers: readonly WeightedScorer[],
  scope: 'place' | 'load',
): readonly RememberedScorer[] {
  return scorers
    .filter(({ scorer }) => scorer.scope === scope)
    .map((each, column) => ({ ...each, cache: `${scope}s` as const, column }));
}

function enlarge(blockScores: BlockScoreIndex, blocks: number): void {
  const versions = new Int32Array(blocks).fill(-1);
  versions.set(blockScores.versions);
  blockScores.versions = versions;
  blockScores.fitting = enlarged(blockScores.fitting, new Int32Array(blocks));
  blockScores.sums = enlarged(blockScores.sums, new Float64Array(blocks));
  for (const columns of [blockScores.least, blockScores.most]) {
    for (const [at, column] of columns.entries()) {
      columns[at] = enlarged(column, new Float64Array(blocks));
    }
  }
}

function enlarged<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

function readBlock(
  { table, places, loads }: FleetIndex,
  blockScores: BlockScoreIndex,
  { block, evaluators }: { readonly block: number; readonly evaluators: RuleEvaluators },
): void {
  forgetRefused(blockScores, block);
  clearBlock(blockScores, block);
  const end = block * BLOCK_ROWS + (table.filled[block] ?? 0);
  let fitting = 0;
  for (let row = block * BLOCK_ROWS; row < end; row += 1) {
    const members = (table.counts[row] ?? 0) - (table.held[row] ?? 0);
    if (members === 0) continue;
    const place = table.places[row] ?? 0;
    const load = table.loads[row] ?? 0;
    const placeMask = maskRemembered(blockScores.places, place, {
      evaluator: evaluators.place,
      of: places.items[place]?.sample,
    });
    const mask =
      placeMask |
      maskRemembered(blockScores.loads, load, {
        evaluator: evaluators.load,
        of: loads.items[load],
      });
    if (mask !== 0) countRefused(blockScores, block, { mask, members });
    else {
      fitting += members;
      measureRow(blockScores, block, { places: place, loads: load });
    }
  }
  blockScores.fitting[block] = fitting;
}

function clearBlock(blockScores: BlockScoreIndex, block: number): void {
  blockScores.sums[block] = Number.NEGATIVE_INFINITY;
  for (const column of blockScores.least) column[block] = Number.POSITIVE_INFINITY;
  for (const column of blockScores.most) column[block] = Number.NEGATIVE_INFINITY;
}

function measureRow(
  blockScores: BlockScoreIndex,
  block: number,
  ids: Readonly<Record<'places' | 'loads', number>>,
): void {
  for (let at = 0; at < blockScores.spanned.length; at += 1) {
    const { cache, column } = blockScores.spanned[at] ?? NOTHING_SPANNED;
    const value = blockScores[cache].columns[column]?.[ids[cache]] ?? 0;
    const [least, most] = [blockScores.least[at], blockScores.most[at]];
    if (least !== undefined && value < (least[block] ?? 0)) least[block] = value;
    if (most !== undefined && value > (most[block] ?? 0)) most[block] = value;
  }
  const sum = sumOf(blockScores, ids);
  if (sum > (blockScores.sums[block] ?? 0)) blockScores.sums[block] = sum;
}

function sumOf(
  blockScores: BlockScoreIndex,
  ids: Readonly<Record<'places' | 'loads', number>>,
): number {
  let sum = 0;
  for (const { cache, column, weight } of blockScores.shares) {
    sum += (blockScores[cache].columns[column]?.[ids[cache]] ?? 0) * weight;
  }
  for (let at = 0; at < blockScores.spanned.length; at += 1) {
    const { cache, column, weight } = blockScores.spanned[at] ?? NOTHING_SPANNED;
    const value = blockScores[cache].columns[column]?.[ids[cache]] ?? 0;
    sum += shareInSpan(value, blockScores.spans[at] ?? NO_SPAN) * weight;
  }
  return sum;
}

function countRefused(
  blockScores: BlockScoreIndex,
  block: number,
  { mask, members }: { readonly mask: number; readonly members: number },
): void {
  const own = blockScores.refused[block] ?? new Map<number, number>();
  blockScores.refused[block] = own;
  own.set(mask, (own.get(mask) ?? 0) + members);
  blockScores.refusals.set(mask, (blockScores.refusals.get(mask) ?? 0) + members);
}

function forgetRefused({ refused, refusals }: BlockScoreIndex, block: number): void {
  const own = refused[block];
  if (own === undefined) return;
  for (const [mask, members] of own) {
    const left = (refusals.get(mask) ?? 0) - members;
    if (left === 0) refusals.delete(mask);
    else refusals.set(mask, left);
  }
  refused[block] = undefined;
}
