/** Explains a comparison in lines for people. */
import type { ComparisonPlan } from './model/comparison.ts';

const PERCENT = 100;
const DIGITS = 3;

/** Lines: the verdict, then what it rests on. */
export function explainComparison(
  plan: ComparisonPlan,
  plannedRows: number,
): readonly [string, ...string[]] {
  const { rows, improvement, welchP, mannWhitneyP, statistic, bound } = plan;
  const share = `${(Math.abs(improvement.estimate) * PERCENT).toFixed(1)} %`;
  const words = improvement.estimate >= 0 ? 'below' : 'above';
  return [
    VERDICTS[plan.verdict],
    `On ${rows} of ${plannedRows} planned rows, the error of the challenger is ${share} ${words} ` +
      'that of the champion.',
    `Evidence ${statistic.toFixed(2)}, bound ${bound.toFixed(2)}; chance of such errors without ` +
      `a difference: Welch ${figure(welchP)}, Mann-Whitney ${figure(mannWhitneyP)}.`,
  ];
}

/** Verdicts as sentences. */
export const VERDICTS: Readonly<Record<ComparisonPlan['verdict'], string>> = {
  challenger: 'The challenger is better.',
  champion: 'The champion is better.',
  undecided: 'Not decided yet: compare again when more rows have come.',
  'no-difference': 'No difference beyond chance: leave the champion.',
};

function figure(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
