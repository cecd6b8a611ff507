/** Explains a trial in a sentence. */
import { VERDICTS } from './explain-comparison.ts';
import type { TrialDesign, TrialErrors, TrialPlan } from './model/trial.ts';
import { figure } from './rules/format-figures.ts';

/** The sentence. */
export function explainTrial(
  { blocks, champion, challenger, statistic, bound, verdict }: TrialPlan,
  { unit, plannedBlocks }: Pick<TrialDesign, 'unit' | 'plannedBlocks'>,
): string {
  const word = unit === 'time_block' ? 'blocks' : 'groups';
  const errorOf = ({ units, mae }: TrialErrors) =>
    mae === undefined ? `none in 0 ${word}` : `${figure(mae)} in ${units} ${word}`;
  return (
    `${VERDICTS[verdict]} After ${blocks} of ${plannedBlocks} blocks, ` +
    `the error of the challenger is ${errorOf(challenger)}, ` +
    `that of the champion ${errorOf(champion)}; evidence ` +
    `${statistic.toFixed(2)}, bound ${bound.toFixed(2)}.`
  );
}
