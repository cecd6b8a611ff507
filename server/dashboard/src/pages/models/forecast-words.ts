/** Models that forecasts selected, in words. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { percentWords } from './model-figures.ts';

/** The model of a series that is forecast. */
export type ForecastModel = OutputOf<'model.forecasts'>['items'][number];

/** Its current version, or an earlier one. */
export type ForecastVersion = ForecastModel['earlier'][number];

/** Why a version was selected. */
export const REASONS: Readonly<Record<ForecastVersion['reason'], string>> = {
  first: 'first selection',
  renewed: 'selected again in time',
  drifted: 'the metric had drifted',
};

/** Smaller weights are 0 % in words. */
const WEIGHT_MIN = 0.0005;

/** The models of a selection, by their weight; those that hardly count are left out. */
export function weightsWords({ models }: Pick<ForecastVersion, 'models'>): string {
  return models
    .filter(({ weight }) => weight >= WEIGHT_MIN)
    .toSorted((one, two) => two.weight - one.weight)
    .map(({ model, weight }) => `${model} ${percentWords(weight)}`)
    .join(', ');
}

/** How a selection compares with the best naive rule in the same backtest. */
export function improvementWords({
  improvement,
  rule,
}: Pick<ForecastVersion, 'improvement' | 'rule'>): string {
  if (improvement === null || rule === null) return 'no rule to compare with';
  if (improvement === 0) return `the error of ${rule}`;
  const words = percentWords(Math.abs(improvement));
  return `${words} ${improvement > 0 ? 'less' : 'more'} error than ${rule}`;
}

/** `VM group` and so on, by the prefix of its id; a tenant sees only itself. */
export function targetKind(id: string): 'vm' | 'vm_group' | 'tenant' {
  if (id.startsWith('vmg_')) return 'vm_group';
  return id.startsWith('vm_') ? 'vm' : 'tenant';
}
