import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import type { Table } from '../model/table.ts';
import { boostTrees, predictRows } from './boost-trees.ts';
import { explainedVariance } from './measure-errors.ts';

const SETTINGS = { trees: 100, depth: 5, learningRate: 0.1, leafRowsMin: 20 };

/** Friedman's first problem (1991): 5 features count, 5 do not; the noise has variance 1. */
function friedman(rows: number, seed: string): Table {
  const rng = makeRng(seed);
  const features = Array.from({ length: 10 }, (_, index) => `x${index}`);
  const columns = features.map((name) => {
    const own = rng.fork(name);
    return Float64Array.from({ length: rows }, () => own.next());
  });
  const noise = rng.fork('noise');
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = columns.map((column) => column[row] ?? 0);
    const normal =
      Math.sqrt(-2 * Math.log(1 - noise.next())) * Math.cos(2 * Math.PI * noise.next());
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + normal;
  });
  return { features, columns, target };
}

const scoreOf = (model: ReturnType<typeof boostTrees>, { columns, target }: Table) =>
  explainedVariance(target, predictRows(model, columns));

describe('boosted trees', () => {
  const [train, fresh] = [friedman(4_000, 'train'), friedman(1_000, 'test')];

  test('explain what they have not seen', () => {
    expect(scoreOf(boostTrees(train, SETTINGS), fresh)).toBeGreaterThan(0.9);
  });

  test('are the same for the same rows', () => {
    const settings = { ...SETTINGS, trees: 5 };
    expect(boostTrees(train, settings)).toEqual(boostTrees(train, settings));
  });

  test('stop where validation rows get no better, and then do not get worse with noise', () => {
    const noise = friedman(400, 'noise');
    const shuffled = { ...noise, target: noise.target.toReversed() };
    const stopped = boostTrees(shuffled, SETTINGS, fresh);
    expect(stopped.trees.length).toBeLessThan(SETTINGS.trees);
    expect(scoreOf(stopped, fresh)).toBeGreaterThan(-0.05);
  });

  test('predict what is usual for rows without any value, where none was missing', () => {
    const column = Float64Array.from({ length: 400 }, (_, row) => row);
    const target = column.map((value) => (value >= 360 ? 100 : 1));
    const table = { features: ['x'], columns: [column], target };
    const model = boostTrees(table, { ...SETTINGS, depth: 2 });
    const [predicted = 0] = predictRows(model, [Float64Array.of(Number.NaN)]);
    expect(predicted).toBeCloseTo(1, 0);
  });

  test('send rows without a value to the better side', () => {
    const column = Float64Array.from({ length: 400 }, (_, row) =>
      row % 4 === 0 ? Number.NaN : row,
    );
    const target = column.map((value) => (Number.isNaN(value) || value > 300 ? 10 : 0));
    const table = { features: ['x'], columns: [column], target };
    const model = boostTrees(table, { ...SETTINGS, depth: 2 });
    const predicted = predictRows(model, [Float64Array.from([Number.NaN, 100, 350])]);
    expect([...predicted].map(Math.round)).toEqual([10, 0, 10]);
  });

  test('predict the mean where no feature says anything', () => {
    const constant = new Float64Array(100).fill(7);
    const target = Float64Array.from({ length: 100 }, (_, row) => row);
    const model = boostTrees({ features: ['x'], columns: [constant], target }, SETTINGS);
    expect(predictRows(model, [Float64Array.from([7])])[0]).toBeCloseTo(49.5, 6);
  });
});
