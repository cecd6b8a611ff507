/** The figures of a recommendation as people read them. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';

/** A recommendation. */
export type Recommendation = OutputOf<'optimizer.recommend'>['items'][number];

const PERCENT = 100;

type Improvement = Pick<
  Recommendation,
  'estimated_improvement' | 'improvement_lower' | 'improvement_upper'
>;

/** `75 %, most likely 60 to 80 %`; without an interval, the estimate alone. */
export function improvementWords(parts: Improvement): string {
  const { estimated_improvement: estimate, improvement_lower: lower } = parts;
  const { improvement_upper: upper } = parts;
  if (estimate === null) return 'not known';
  const words = `${percent(estimate)} %`;
  if (lower === null || upper === null) return words;
  return `${words}, in 8 of 10 cases ${percent(lower)} to ${percent(upper)} %`;
}

/** `92 % of such changes held`. */
export function confidenceWords(confidence: number | null): string {
  if (confidence === null) return 'not known: nothing like it could be replayed';
  return `${percent(confidence * PERCENT)} % of such changes held`;
}

function percent(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}
