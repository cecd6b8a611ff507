/** Figures of the versions of a model, as words and as lines of a chart. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { PlotSeries } from '../../charts/plot-props.ts';
import { countOf } from '../../ui/words.ts';

/** A version of a model. */
export type Version = OutputOf<'model.versions'>['items'][number];

type Scores = NonNullable<Version['scores']>;
type Thresholds = OutputOf<'model_settings.get'>['production'];

/** What a version needs to be promoted, as far as it decides. */
type Needs = Pick<Thresholds, 'improvement_min' | 'r2_min' | 'approval'>;

const PERCENT = 100;
const MINUTE_S = 60;
const HOUR_MINUTES = 60;

/** Digits that tell errors apart, whatever their unit is. */
const DIGITS = 3;

/** An error in the unit of its metric: `0.000335`. */
export function figureWords(value: number | null | undefined): string {
  if (typeof value !== 'number') return '–';
  return value.toLocaleString('en', { maximumSignificantDigits: DIGITS });
}

/** A share of 1: `80.1 %`. */
export function percentWords(share: number | null | undefined): string {
  if (typeof share !== 'number') return '–';
  return `${(share * PERCENT).toLocaleString('en', { maximumFractionDigits: 1 })} %`;
}

/** How a version compares with the best simple rule. */
export function ruleWords(scores: RuleScores | null | undefined): string {
  if (scores === null || scores === undefined) return '–';
  const rule = `the rule ${scores.rules[0]?.rule ?? ''}`;
  if (!scores.is_better) return `not better than ${rule}`;
  const atLeast = percentWords(scores.improvement_lower);
  return `${percentWords(scores.improvement)} less error than ${rule}, at least ${atLeast}`;
}

type RuleScores = Pick<Scores, 'is_better' | 'improvement' | 'improvement_lower' | 'rules'>;

interface Chances {
  readonly welch_p: number | null;
  readonly mann_whitney_p: number | null;
}

/** The chance of errors as different as these, if neither version is better. */
export function chanceWords({ welch_p: welch, mann_whitney_p: ranks }: Chances): string {
  if (welch === null && ranks === null) return 'not known yet';
  return `${figureWords(welch)} (Welch), ${figureWords(ranks)} (Mann and Whitney)`;
}

/** A time in words: `45 minutes`, `24 hours`. */
export function aheadWords(seconds: number): string {
  const minutes = seconds / MINUTE_S;
  const hours = minutes / HOUR_MINUTES;
  return Number.isInteger(hours) ? countOf(hours, 'hour') : countOf(minutes, 'minute');
}

/** What an environment asks of a version. */
export function needWords({ improvement_min: least, r2_min: r2, approval }: Needs): string {
  return [
    least > 0 ? `at least ${percentWords(least)} better than a rule` : 'better than any rule',
    ...(r2 === null ? [] : [`at least ${percentWords(r2)} of the variance explained`]),
    ...(approval === 'another-person' ? ['approval of another person'] : []),
  ].join(', ');
}

/** The error of each measured version, and of the best rule on the same rows. */
export interface Trend {
  /** Numbers of the versions, ascending. */
  readonly xs: readonly number[];
  readonly series: readonly PlotSeries[];
}

/** Measured version, as the chart needs it. */
type Measured = Pick<Version, 'version'> & {
  readonly scores: (Pick<Scores, 'mae'> & { readonly rules: readonly { mae: number }[] }) | null;
};

/** Draws versions in their order, whatever order they are listed in. */
export function errorTrend(versions: readonly Measured[]): Trend {
  const measured = versions
    .filter(({ scores }) => scores !== null)
    .toSorted((one, two) => one.version - two.version);
  return {
    xs: measured.map(({ version }) => version),
    series: [
      { name: 'Model', values: measured.map(({ scores }) => scores?.mae) },
      { name: 'Best simple rule', values: measured.map(({ scores }) => scores?.rules[0]?.mae) },
    ],
  };
}
