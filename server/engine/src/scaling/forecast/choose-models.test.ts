/** Models that people choose: only those of a method, and none that continue a trend. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { chooseModels } from './choose-models.ts';
import type { ForecastTuning } from './model/tuning.ts';
import { selectModels } from './select-models.ts';

const rng = makeRng('tuning');
const SERIES = {
  startS: 0,
  stepS: 3_600,
  values: Array.from({ length: 240 }, (_, at) => {
    return 50 + at / 10 + 20 * Math.sin((2 * Math.PI * at) / 24) + rng.next();
  }),
};

function tried(tuning: ForecastTuning) {
  const { members, backtest } = selectModels(SERIES, {
    horizon: 12,
    periods: tuning.seasons === 'ignored' ? [] : [24],
    ...chooseModels(tuning),
  });
  expect(members.length).toBeGreaterThan(0);
  return backtest.models.map(({ model }) => model).toSorted();
}

test.each<[ForecastTuning, string[]]>([
  [{ family: 'arima' }, ['arima', 'sarima']],
  [{ family: 'exponential_smoothing' }, ['double-smoothing', 'holt-winters', 'simple-smoothing']],
  [{ family: 'exponential_smoothing', trend: 'ignored' }, ['simple-smoothing']],
  [{ family: 'networks' }, ['lstm', 'mlp']],
  [{ family: 'arima', seasons: 'ignored' }, ['arima']],
])('%j', (tuning, models) => {
  expect(tried(tuning)).toEqual(models);
});

test('without a trend the other models still compete', () => {
  const [all, level] = [tried({}), tried({ trend: 'ignored' })];
  expect(all.filter((model) => !level.includes(model))).toEqual(['holt-winters']);
});
