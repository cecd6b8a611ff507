import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { planPredictions, planTraining } from './plan-training.ts';

const ROWS = 600;

type TargetOf = (row: readonly number[], noise: number, at: number) => number;

/** Three features from 0 to 1, a target that follows from them, and noise. */
function tableOf(targetOf: TargetOf, rows = ROWS, seed = 'table') {
  const rng = makeRng(seed);
  const features = ['a', 'b', 'c'];
  const columns = features.map((name) => {
    const own = rng.fork(name);
    return Float64Array.from({ length: rows }, () => own.next());
  });
  const noise = rng.fork('noise');
  const target = Float64Array.from({ length: rows }, (_, at) =>
    targetOf(
      columns.map((column) => column[at] ?? 0),
      noise.next() - 0.5,
      at,
    ),
  );
  return { features, columns, target };
}

const train = (targetOf: TargetOf, order: 'time' | 'none' = 'none', rows?: number, seed?: string) =>
  planTraining({ table: tableOf(targetOf, rows, seed), order }, { rng: makeRng('1') });

function trained(...given: Parameters<typeof train>) {
  const made = train(...given);
  if (!made.ok) throw new Error(made.error.detail);
  return made.value;
}

const curved: TargetOf = ([a = 0, b = 0], noise) => 10 * Math.sin(6 * a) * b + noise;

describe('a model', () => {
  test('is better than all rules where the target bends, and says which features count', () => {
    const { evaluation, trees } = trained(curved);
    expect(evaluation.isBetter).toBe(true);
    expect(evaluation.model.r2).toBeGreaterThan(0.9);
    expect(evaluation.improvement.lower).toBeGreaterThan(0.3);
    expect(evaluation.importance.map(({ feature }) => feature)).toEqual(['a', 'b', 'c']);
    const row = [0.26, 1, 0.5].map((value) => Float64Array.of(value));
    expect(planPredictions({ trees }, row)[0]).toBeGreaterThan(8);
  });

  test('is the same for the same seed', () => {
    expect(trained(curved)).toEqual(trained(curved));
  });

  test('is not better than a straight line on a straight line', () => {
    const { evaluation } = trained(([a = 0, b = 0], noise) => 3 * a - 2 * b + noise);
    expect(evaluation).toMatchObject({ isBetter: false, rules: [{ rule: 'linear' }, {}] });
  });

  test('is not better than the last value on a random walk', () => {
    let at = 0;
    const walk: TargetOf = (_, noise) => {
      at += noise;
      return at;
    };
    const { evaluation } = trained(walk, 'time');
    expect(evaluation).toMatchObject({ isBetter: false, rules: [{ rule: 'last' }, {}, {}] });
  });

  test('is not called better by chance', () => {
    const seeds = Array.from({ length: 12 }, (_, index) => `noise ${index}`);
    const better = seeds.filter(
      (seed) => trained((_, noise) => noise, 'none', 300, seed).evaluation.isBetter,
    );
    expect(better).toEqual([]);
  });
});

describe('a table that no model can learn from', () => {
  test.each<[string, TargetOf, number | undefined]>([
    ['199 rows are too few to learn from', curved, 199],
    ['the target is the same in all rows', () => 7, undefined],
    ['feature a is the target in other words', ([a = 0]) => 4 * a + 1, undefined],
    ['row 3 has no target', (_, noise, at) => (at === 2 ? Number.NaN : noise), undefined],
  ])('is refused: %s', (message, targetOf, rows) => {
    const made = train(targetOf, 'none', rows);
    expect(made.ok ? '' : made.error.detail).toContain(message);
  });

  test.each<[string, number, 'time' | 'none', string]>([
    ['says what the next target is', 1, 'time', 'feature a is the target of the row after it'],
    ['says what the next target is, without an order', 1, 'none', ''],
    ['is the last row', -1, 'time', ''],
  ])('is judged where a feature %s', (_name, shift, order, message) => {
    const table = tableOf(([a = 0, b = 0], noise) => a * b + noise, 600);
    const a = table.target.map((_, row) => table.target[row + shift] ?? Number.NaN);
    const columns = [a, ...table.columns.slice(1)];
    const made = planTraining({ table: { ...table, columns }, order }, { rng: makeRng('1') });
    expect(made.ok ? '' : made.error.detail).toMatch(new RegExp(`^${message}`));
    expect(made.ok).toBe(message === '');
  });

  const growing: TargetOf = ([a = 0], noise, at) => at + a * noise;
  test.each<[string, TargetOf, (target: number) => number, string]>([
    ['its logarithm', curved, (value) => Math.log(value + 20), 'feature a is the target in other'],
    ['its negative cube', curved, (value) => -(value ** 3), 'feature a is the target in other'],
    ['its square, which falls and grows', curved, (value) => value ** 2, ''],
    ['its logarithm, where it only grows', growing, (value) => Math.log(value + 20), ''],
  ])('is judged where a feature across a horizon is %s', (_name, targetOf, copyOf, message) => {
    const table = tableOf(targetOf);
    const columns = [table.target.map(copyOf), ...table.columns.slice(1)];
    const made = planTraining(
      { table: { ...table, columns }, order: 'time', gapRows: 1 },
      { rng: makeRng('1') },
    );
    expect(made.ok ? '' : made.error.detail).toMatch(new RegExp(`^${message}`));
    expect(made.ok).toBe(message === '');
  });

  test('is refused: feature a has a value above 1e100', () => {
    const target = Float64Array.from({ length: 200 }, (_, row) => row % 7);
    const columns = [target.map((value) => 1 / (value - 3))];
    const made = planTraining(
      { table: { features: ['a'], columns, target }, order: 'none' },
      { rng: makeRng('1') },
    );
    expect(made.ok ? '' : made.error.detail).toBe('feature a has a value above 1e100.');
  });
});
