/** Networks alone: their gradients, and what training makes of them. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../../rng.ts';
import { makeLstm } from './make-lstm.ts';
import { makeMlp } from './make-mlp.ts';
import type { Network, TrainingRow } from './network.ts';
import { trainNetwork } from './train-network.ts';

const INPUTS = 5;

const KINDS: readonly [string, (seed: string) => Network][] = [
  ['a perceptron', (seed) => makeMlp(INPUTS, 4, makeRng(seed))],
  ['long short-term memory', (seed) => makeLstm(INPUTS, 3, makeRng(seed))],
];

/** Far enough for a difference, near enough for a slope. */
const STEP = 1e-5;

function rowsOf(count: number, targetOf: (inputs: Float64Array) => number): readonly TrainingRow[] {
  const rng = makeRng('rows');
  return Array.from({ length: count }, () => {
    const inputs = new Float64Array(INPUTS).map(() => 2 * rng.next() - 1);
    return { inputs, target: targetOf(inputs) };
  });
}

function errorOf(network: Network, rows: readonly TrainingRow[]): number {
  const squares = rows.map(({ inputs, target }) => (network.predict(inputs) - target) ** 2);
  return squares.reduce((sum, each) => sum + each, 0) / rows.length;
}

describe.each(KINDS)('%s', (_kind, make) => {
  test('predicts 0 before it is trained', () => {
    const rows = rowsOf(10, () => 1);
    expect(rows.map(({ inputs }) => make('new').predict(inputs))).toEqual(rows.map(() => 0));
  });

  test('has the gradient that small changes of its parameters show', () => {
    const network = make('gradient');
    const { parameters } = network;
    const rng = makeRng('parameters');
    for (let at = 0; at < parameters.length; at += 1) parameters[at] = 2 * rng.next() - 1;
    for (const row of rowsOf(5, (inputs) => (inputs[0] ?? 0) * 2)) {
      const gradient = new Float64Array(parameters.length);
      const error = network.addGradient(row, gradient);
      expect(error).toBeCloseTo(network.predict(row.inputs) - row.target, 12);
      const halfSquare = () => (network.predict(row.inputs) - row.target) ** 2 / 2;
      for (const [at, slope] of gradient.entries()) {
        const own = parameters[at] ?? 0;
        parameters[at] = own + STEP;
        const above = halfSquare();
        parameters[at] = own - STEP;
        const below = halfSquare();
        parameters[at] = own;
        expect(slope).toBeCloseTo((above - below) / (2 * STEP), 6);
      }
    }
  });

  test('learns a product, which no line does, on rows that it has not seen', () => {
    const product = (inputs: Float64Array) => (inputs[3] ?? 0) * (inputs[4] ?? 0) * 3;
    const [known, unseen] = [rowsOf(1_200, product).slice(200), rowsOf(200, product)];
    const network = make('product');
    const before = errorOf(network, unseen);
    trainNetwork(network, known, { stepsMax: 2_000, batchRows: 32, rng: makeRng('batches') });
    expect(errorOf(network, unseen)).toBeLessThan(before / 5);
  });

  test('is as it was where there is nothing to learn, and training ends early', () => {
    const chance = makeRng('chance');
    const rows = rowsOf(400, () => 2 * chance.next() - 1);
    const network = make('chance');
    const newest = rows.slice(-80);
    const before = errorOf(network, newest);
    const options = { stepsMax: 5_000, batchRows: 16, rng: makeRng('batches') };
    expect(trainNetwork(network, rows, options)).toBeLessThan(5_000);
    expect(errorOf(network, newest)).toBeLessThanOrEqual(before);
  });

  test('is the same for the same rows and the same chance', () => {
    const train = () => {
      const network = make('same');
      const rows = rowsOf(300, (inputs) => Math.abs(inputs[4] ?? 0));
      trainNetwork(network, rows, { stepsMax: 200, batchRows: 16, rng: makeRng('batches') });
      return [...network.parameters];
    };
    expect(train()).toEqual(train());
  });

  test('stays as it was where rows are too few, or are not numbers', () => {
    const options = { stepsMax: 100, batchRows: 8, rng: makeRng('batches') };
    const network = make('few');
    const before = [...network.parameters];
    expect(
      trainNetwork(
        network,
        rowsOf(3, () => 1),
        options,
      ),
    ).toBe(0);
    trainNetwork(
      network,
      rowsOf(100, () => Number.NaN),
      options,
    );
    expect([...network.parameters]).toEqual(before);
  });
});
