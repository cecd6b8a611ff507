/** Numbers of recorded placement decisions, as the charts of their page show them. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { PlotSeries } from '../../charts/plot-props.ts';

/** A decision as the charts read it. */
export interface Decision
  extends Pick<
    OutputOf<'placement_decision.list'>['items'][number],
    'vm' | 'node' | 'purpose' | 'score' | 'confidence' | 'created_at' | 'outcome'
  > {
  readonly id: string;
}

/** Outcomes of decisions, in the order of the series. */
const ENDS = ['placed', 'failed', 'stuck', 'open'] as const;
type End = (typeof ENDS)[number];

const END_WORDS: Readonly<Record<End, string>> = {
  placed: 'Placed',
  failed: 'Failed',
  stuck: 'Stuck',
  open: 'Not ended or not known',
};

/**
 * Returns the outcome of a decision; `open` while its operation runs or if no outcome was recorded.
 */
function endOf({ outcome }: Pick<Decision, 'outcome'>): End {
  return outcome === null || outcome === 'unknown' ? 'open' : outcome;
}

/** A span of time in equal parts. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly parts: number;
}

/** Series over moments. */
export interface Timeline {
  /** Beginnings of the parts. Unit: seconds since the Unix epoch. */
  readonly xs: readonly number[];
  readonly series: readonly PlotSeries[];
}

const SECOND_MS = 1_000;

/** Number of decisions by outcome in each part of a span; outcomes without any are left out. */
export function countByOutcome(decisions: readonly Decision[], span: Span): Timeline {
  const partMs = (span.toMs - span.fromMs) / span.parts;
  const counts = new Map(ENDS.map((end) => [end, new Array<number>(span.parts).fill(0)]));
  for (const decision of decisions) {
    const part = Math.floor((Date.parse(decision.created_at) - span.fromMs) / partMs);
    // Clocks of browser and server differ: the newest one may be a bit ahead.
    const index = Math.min(span.parts - 1, part);
    const numbers = counts.get(endOf(decision));
    if (numbers !== undefined && index >= 0) numbers[index] = (numbers[index] ?? 0) + 1;
  }
  return {
    xs: Array.from({ length: span.parts }, (_, part) => {
      return (span.fromMs + part * partMs) / SECOND_MS;
    }),
    series: ENDS.filter((end) => decisions.some((each) => endOf(each) === end)).map((end) => ({
      name: END_WORDS[end],
      values: counts.get(end) ?? [],
    })),
  };
}

/** Points of a scatter chart, and the decision of each. */
export interface Scatter {
  /** Scores, ascending. */
  readonly xs: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly decisions: readonly Decision[];
}

/** Confidence over score, by outcome; decisions without a confidence are left out. */
export function scatterOf(all: readonly Decision[]): Scatter {
  const decisions = all
    .filter(({ confidence }) => confidence !== null)
    .sort((a, b) => a.score - b.score || Number(a.confidence) - Number(b.confidence));
  const ends = ENDS.filter((end) => decisions.some((each) => endOf(each) === end));
  return {
    decisions,
    xs: decisions.map(({ score }) => score),
    series: ends.map((end) => ({
      name: END_WORDS[end],
      values: decisions.map((each) => (endOf(each) === end ? each.confidence : null)),
    })),
  };
}

/** Counts decisions by the value of a field, most frequent first; null counts as `open`. */
export function countByValue(
  decisions: readonly Decision[],
  field: 'purpose' | 'outcome',
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const decision of decisions) {
    const value = decision[field] ?? 'open';
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b));
}
