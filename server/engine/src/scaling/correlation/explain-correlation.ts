/** Correlations in lines for people. */
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Correlation, CorrelationPlan, CorrelationVerdict } from './model/correlation.ts';

const MS_PER_SECOND = 1_000;

/**
 * Lists the series that move together with the series of a plan, and counts the others.
 * @param stepS - length of a step. Unit: seconds
 */
export function explainCorrelation(
  { name, correlations, lags }: CorrelationPlan,
  stepS: number,
): readonly string[] {
  const found = correlations.filter(({ verdict }) => verdict === 'correlated');
  const lines = found.map((each) => `${each.name} ${describe(each, name, stepS)}`);
  const counts = (['chance', 'constant', 'too_few'] as const).flatMap((verdict) => {
    const names = correlations.filter((each) => each.verdict === verdict).map((each) => each.name);
    return names.length === 0 ? [] : [`${WORDS[verdict]}: ${names.join(', ')}.`];
  });
  const compared = `Compared at ${lags} lags from step to step, without what recurs each day.`;
  return [
    ...(found.length === 0 ? [`Nothing moves together with ${name}.`] : lines),
    ...counts,
    ...(found.length === 0 ? [compared] : [compared, NOT_CAUSE]),
  ];
}

const NOT_CAUSE =
  'Correlation is not cause: either may act on the other, or something else on both.';

const WORDS: Readonly<Record<Exclude<CorrelationVerdict, 'correlated'>, string>> = {
  chance: 'Not more alike than by chance',
  constant: 'Without changes to compare, in it or in the series itself',
  too_few: 'With too few steps that both have',
};

function describe(
  { lag, coefficient, n, effectiveN, probability }: Correlation,
  name: string,
  stepS: number,
): string {
  const direction = coefficient < 0 ? 'in the opposite direction from' : 'with';
  const time = formatDuration(Math.abs(lag) * stepS * MS_PER_SECOND);
  const when = lag === 0 ? 'at the same time' : lag > 0 ? `${time} after it` : `${time} before it`;
  const chance = probability < 0.001 ? 'below 0.001' : probability.toFixed(3);
  return (
    `moves ${direction} ${name}, ${when}: coefficient ${coefficient.toFixed(2)} from ${n} ` +
    `steps, of which ${Math.floor(effectiveN)} are independent; probability of chance ${chance}.`
  );
}
