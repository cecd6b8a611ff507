import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { explainDrift } from './explain-drift.ts';
import type { LearnedRules } from './model/simple-rules.ts';
import { planComparison } from './plan-comparison.ts';
import { planDrift } from './plan-drift.ts';
import { planNextRow, planTable } from './plan-table.ts';
import { measureAlarms } from './rules/measure-alarms.ts';
import { profileColumn } from './rules/measure-drift.ts';
import { mannWhitneyTest, welchTest } from './rules/test-difference.ts';

const A = Float64Array.of(27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6);
const B = Float64Array.of(27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1);

describe('tests of a difference', () => {
  test('find none between equal samples', () => {
    expect(welchTest(A, A)).toBe(1);
    expect(mannWhitneyTest(A, A)).toBeCloseTo(1, 6);
  });

  test('are two-sided, and lower for samples that are further apart', () => {
    const apart = B.map((value) => value + 5);
    for (const chanceOf of [welchTest, mannWhitneyTest]) {
      expect(chanceOf(A, B)).toBeCloseTo(chanceOf(B, A), 9);
      expect(chanceOf(A, apart)).toBeLessThan(chanceOf(A, B));
      expect(chanceOf(A, apart)).toBeLessThan(0.001);
    }
  });

  test('have the known chance of Welch for t = 2 and 10 degrees of freedom', () => {
    // Equal sizes and variances: 2 (n - 1) degrees of freedom. The table says 0.0734.
    const left = Float64Array.of(-1, 1, -1, 1, -1, 1);
    const shift = 2 * Math.sqrt((2 * 1.2) / 6);
    expect(
      welchTest(
        left,
        left.map((value) => value + shift),
      ),
    ).toBeCloseTo(0.0734, 4);
  });
});

function compare(seed: string, better: number, plannedRows = 400, rows = 400) {
  const rng = makeRng(seed);
  const target = new Float64Array(rows);
  const champion = target.map(() => rng.next() - 0.5);
  const challenger = target.map(() => (rng.next() - 0.5) * (1 - better));
  return planComparison({ target, champion, challenger, plannedRows });
}

describe('a comparison', () => {
  test('finds the better one, and before the end only if that is clear', () => {
    expect(compare('1', 0.5).verdict).toBe('challenger');
    expect(compare('1', -1).verdict).toBe('champion');
    expect(compare('1', 0).verdict).toBe('no-difference');
    expect(compare('1', 0.05, 40_000).verdict).toBe('undecided');
  });

  test('that is looked at ten times seldom finds what is not there', () => {
    const looks = Array.from({ length: 10 }, (_, look) => (look + 1) * 60);
    const wrong = Array.from({ length: 60 }, (_, run) => `${run}`).filter((seed) =>
      looks.some((rows) => {
        const { verdict } = compare(seed, 0, 600, rows);
        return verdict === 'challenger' || verdict === 'champion';
      }),
    );
    expect(wrong.length).toBeLessThanOrEqual(6);
  });
});

describe('the table of series', () => {
  const series = {
    startS: 0,
    stepS: 21_600,
    horizon: 2,
    target: Float64Array.of(0, 1, 2, Number.NaN, 4, 5),
    features: [
      { name: 'load', values: Float64Array.of(10, 11, 12, 13, 14, 15) },
      { name: 'hour_of_day' as const },
    ],
  };

  test('has features from before the horizon, and no row without a target', () => {
    const table = planTable(series);
    expect([...table.target]).toEqual([2, 4, 5]);
    expect(table.columns.map((column) => [...column])).toEqual([
      [10, 12, 13],
      [12, 0, 6],
    ]);
    expect(table.references?.map(({ rule, predicted }) => [rule, [...predicted]])).toEqual([
      ['last', [0, 2, Number.NaN]],
      ['day-before', [Number.NaN, 0, 1]],
    ]);
  });

  test('is continued by the row that a forecast is made from', () => {
    const { columns, times } = planNextRow(series);
    expect(columns.map((column) => [...column])).toEqual([[15], [18]]);
    expect([...times]).toEqual([7 * 21_600]);
  });
});

describe('drift', () => {
  const rng = makeRng('drift');
  const draw = (rows: number) => Float64Array.from({ length: rows }, () => rng.next());
  const profile = [profileColumn('load', draw(1_000))];
  const target = draw(300);

  const rulesOf = (mean: number, weight = 0) => {
    return { mean, linear: [{ mean: 0, deviation: 1, weight }] };
  };

  function judge(column: Float64Array, error: number, by: { last?: number; rules?: LearnedRules }) {
    const { last = 0.5, rules = rulesOf(9) } = by;
    const predicted = target.map((value) => value + error);
    const references = [{ rule: 'last' as const, predicted: target.map((value) => value + last) }];
    const columns = [column];
    return planDrift({ profile, maeTrained: 0.1, target, predicted, rules, references, columns });
  }

  test.each([
    ['the same load', draw(300), 0.1, { isDrifted: false, acts: true }],
    ['another load', draw(300).map((each) => each + 0.5), 0.1, { isDrifted: true, acts: true }],
    ['larger errors', draw(300), 0.2, { isDrifted: true, acts: true }],
    ['no values', draw(300).fill(Number.NaN), 0.1, { isDrifted: true, acts: true }],
  ])('is judged: %s', (_name, column, error, expected) => {
    expect(judge(column, error, {})).toMatchObject(expected);
  });

  test.each([
    ['last', target, 0.1, { last: 0.05 }],
    ['mean', target, 0.4, { rules: rulesOf(0.5) }],
    ['linear', target, 0.1, { rules: rulesOf(0, 1) }],
  ])('is found where the rule %s is better than the model', (rule, column, error, by) => {
    const plan = judge(column, error, by);
    expect(plan).toMatchObject({ isDrifted: true, acts: false, rule: { name: rule } });
    expect(explainDrift(plan)).toContain(`while the rule ${rule} has`);
  });
});

test('alarms have precision, recall, F1 and AUC', () => {
  const target = Float64Array.of(1, 1, 1, 0, 0, 0, 0, 0);
  const predicted = Float64Array.of(0.9, 0.8, 0.3, 0.7, 0.2, 0.1, 0.1, 0.1);
  const { precision, recall, f1, auc } = measureAlarms(target, predicted, 0.5);
  expect([precision, recall, f1]).toEqual([2 / 3, 2 / 3, 2 / 3]);
  expect(auc).toBeCloseTo(14 / 15, 9);
  expect(measureAlarms(target, predicted, 2)).toMatchObject({ precision: null, auc: null });
});
