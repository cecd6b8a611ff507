/** Networks that value actions: their values, their gradients, and that a seed is enough. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import {
  addGradient,
  emptyQNetwork,
  findInputSlopes,
  makeQNetwork,
  makeWorkspace,
  type QNetwork,
  valueActions,
} from './q-network.ts';

/** Wide enough for rows that are added eight at once, and for a rest. */
const WIDTHS = [5, 19, 11, 3];
const ROWS = 4;

/** Far enough for a difference, near enough for a slope. */
const STEP = 1e-6;

function inputsOf(seed: string, count: number): Float64Array {
  const rng = makeRng(seed);
  return new Float64Array(count).map(() => 2 * rng.next() - 1);
}

/** The layers, one number after another. */
function valueSlowly({ layers }: QNetwork, inputs: readonly number[]): readonly number[] {
  return layers.reduce<readonly number[]>((from, { outputs, weights, biases }, at) => {
    const sums = Array.from({ length: outputs }, (_, unit) =>
      from.reduce(
        (sum, value, input) => sum + value * Number(weights[input * outputs + unit]),
        Number(biases[unit]),
      ),
    );
    return at === layers.length - 1 ? sums : sums.map((sum) => Math.max(0, sum));
  }, inputs);
}

function make() {
  const network = makeQNetwork(WIDTHS, makeRng('weights'));
  // Biases that are not 0 show whether they are in their place.
  for (const { biases } of network.layers) biases.set(inputsOf('biases', biases.length));
  const space = makeWorkspace(WIDTHS, ROWS);
  space.outputs[0]?.set(inputsOf('inputs', ROWS * 5));
  return { network, space };
}

describe('a network', () => {
  test('values a batch as its layers say', () => {
    const { network, space } = make();
    const values = [...valueActions(network, space, ROWS)];
    const inputs = [...(space.outputs[0] ?? [])];
    const expected = Array.from({ length: ROWS }, (_, row) =>
      valueSlowly(network, inputs.slice(row * 5, row * 5 + 5)),
    ).flat();
    for (const [at, value] of values.entries()) expect(value).toBeCloseTo(expected[at] ?? 0, 12);
  });

  test('has the gradient that small changes of its parameters show', () => {
    const { network, space } = make();
    const weights = inputsOf('slopes', ROWS * 3);
    const lossOf = () =>
      valueActions(network, space, ROWS).reduce(
        (sum, value, at) => sum + value * Number(weights[at]),
        0,
      );
    lossOf();
    space.slopes.at(-1)?.set(weights);
    const gradient = emptyQNetwork(WIDTHS);
    addGradient(network, space, { rows: ROWS, gradient });
    const { parameters } = network;
    for (const [at, slope] of gradient.parameters.entries()) {
      const own = parameters[at] ?? 0;
      parameters[at] = own + STEP;
      const above = lossOf();
      parameters[at] = own - STEP;
      const below = lossOf();
      parameters[at] = own;
      expect(slope).toBeCloseTo((above - below) / (2 * STEP), 5);
    }
  });

  test('has the slopes by its inputs that small changes of them show', () => {
    const { network, space } = make();
    const [inputs = new Float64Array()] = space.outputs;
    valueActions(network, space, 1);
    space.slopes.at(-1)?.set([1, -1, 0]);
    findInputSlopes(network, space);
    const slopes = [...(space.slopes[0] ?? [])].slice(0, 5);
    const marginOf = () => {
      const [one = 0, other = 0] = valueActions(network, space, 1);
      return one - other;
    };
    for (const [at, slope] of slopes.entries()) {
      const own = inputs[at] ?? 0;
      inputs[at] = own + STEP;
      const above = marginOf();
      inputs[at] = own - STEP;
      expect(slope).toBeCloseTo((above - marginOf()) / (2 * STEP), 5);
      inputs[at] = own;
    }
  });

  test('is the same for the same seed, and another for another', () => {
    const bytesOf = (seed: string) => [...makeQNetwork(WIDTHS, makeRng(seed)).parameters];
    expect(bytesOf('a')).toEqual(bytesOf('a'));
    expect(bytesOf('a')).not.toEqual(bytesOf('b'));
  });
});
