/** A trial of a model in words. */
import { countOf } from '../../ui/words.ts';
import type { Model } from './champions.tsx';
import { aheadWords, percentWords } from './model-figures.ts';

/** A trial. */
export type TrialOf = NonNullable<Model['trial']>;

type Design = Pick<TrialOf, 'unit' | 'share' | 'block_seconds' | 'planned_blocks'>;
type Evidence = Pick<NonNullable<TrialOf['result']>, 'statistic' | 'bound'>;

const DIGITS = 2;

/** What decides which version acts. */
export function methodWords({ unit, share }: Design): string {
  const part = percentWords(share);
  return unit === 'time_block'
    ? `time blocks: the version changes for all at once, the challenger acts in ${part} of them`
    : `VM groups: each keeps its version, the challenger acts in ${part} of them`;
}

/** How much of what was planned is measured. */
export function blocksWords(
  trial: Design & { readonly result: { readonly blocks: number } | null },
): string {
  const { result, planned_blocks: planned, block_seconds: seconds } = trial;
  const measured = (result?.blocks ?? 0).toLocaleString('en');
  return `${measured} of ${countOf(planned, 'block')} of ${aheadWords(seconds)}`;
}

/** How strong the difference is; one of groups is judged once. */
export function evidenceWords(unit: TrialOf['unit'], { statistic, bound }: Evidence): string {
  const words = statistic.toFixed(DIGITS);
  return unit === 'time_block'
    ? `${words}; the trial ends early beyond ${bound.toFixed(DIGITS)} on either side of 0`
    : `${words}; trials of groups are judged after the last block`;
}
