import { expect, test } from '@jest/globals';
import { hasValues, limitWords, utilisationLines } from './utilisation-figures.ts';

const AT = Date.parse('2026-11-26T12:00:00Z') / 1_000;

const point = (at: string, avg: number | null) => ({ at, values: { avg } });

const NOTHING = { times: [], point: [], lower: [], upper: [] };

test('what was measured and the band of the forecast share one axis', () => {
  const points = [point('2026-11-26T12:00:00Z', 0.5), point('2026-11-26T12:01:00Z', null)];
  const expected = {
    times: ['2026-11-26T12:01:00Z', '2026-11-26T12:06:00Z'],
    point: [0.6, 0.7],
    lower: [0.4, 0.5],
    upper: [0.8, 0.9],
  };
  const lines = utilisationLines({ points }, expected);
  expect(lines.xs).toEqual([AT, AT + 60, AT + 360]);
  expect(lines.series.map(({ values }) => values)).toEqual([
    [0.5, null, undefined],
    [undefined, 0.6, 0.7],
    [undefined, 0.4, 0.5],
    [undefined, 0.8, 0.9],
  ]);
  expect(hasValues(lines)).toBe(true);
});

test('the axis begins and ends with a value, and keeps the gaps between', () => {
  const points = [null, 0.5, null, 0.6, null].map((avg, minute) =>
    point(`2026-11-26T12:0${minute}:00Z`, avg),
  );
  const { xs, series } = utilisationLines({ points }, NOTHING);
  expect(xs).toEqual([AT + 60, AT + 120, AT + 180]);
  expect(series[0]?.values).toEqual([0.5, null, 0.6]);
});

test('without a sample and a forecast there is nothing to draw', () => {
  const points = [point('2026-11-26T12:00:00Z', null)];
  expect(hasValues(utilisationLines({ points }, NOTHING))).toBe(false);
});

test.each([
  [[], null, 'nothing'],
  [['max_size', 'quota'], null, 'max size, quota'],
  [['hold', 'cooldown'], { reason: 'a sale' }, 'a hold: a sale, cooldown'],
])('what keeps a size: %j', (limits, hold, words) => {
  expect(limitWords(limits, hold)).toBe(words);
});
