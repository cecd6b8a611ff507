/**
 * A network that values actions: dense layers with rectifiers between them.
 * Sources: Mnih et al., "Human-level control through deep reinforcement learning" (2015); He et
 * al., "Delving deep into rectifiers" (2015), for the first weights.
 */
import type { Rng } from '../../env.ts';
import { addRows, gather, makeSparse, type Sparse } from './multiply-sparse.ts';

/** One layer; its arrays are parts of the parameters of the network. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** One row an input. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** A network. Training changes its parameters in place. */
export interface QNetwork {
  /** Numbers of inputs, of units of each hidden layer, and of outputs. */
  readonly widths: readonly number[];
  /** For each layer the weights, one row an input, and the biases. */
  readonly parameters: Float64Array;
  readonly layers: readonly Layer[];
}

/** Room for the passes of a batch. */
export interface Workspace {
  /** The inputs, and what each layer gives, row by row. */
  readonly outputs: readonly Float64Array[];
  /** Slopes of the loss by each of those. */
  readonly slopes: readonly Float64Array[];
  readonly sparse: Sparse;
  /** The same row of several layers, one below the other. */
  readonly transposed: Float64Array;
}

/** Makes a network with random first weights. */
export function makeQNetwork(widths: readonly number[], rng: Rng): QNetwork {
  const network = emptyQNetwork(widths);
  for (const { weights, inputs } of network.layers) {
    const range = Math.sqrt(6 / inputs);
    for (let at = 0; at < weights.length; at += 1) weights[at] = (2 * rng.next() - 1) * range;
  }
  // Small first values: no action is preferred before anything is known.
  const { weights } = network.layers.at(-1) ?? { weights: new Float64Array() };
  for (let at = 0; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) / 10;
  return network;
}

/** Makes a network of zeros, to copy parameters into. */
export function emptyQNetwork(widths: readonly number[]): QNetwork {
  const sizes = widths.slice(1).map((outputs, layer) => ({ inputs: widths[layer] ?? 0, outputs }));
  const length = sizes.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const parameters = new Float64Array(length);
  let first = 0;
  const layers = sizes.map(({ inputs, outputs }) => {
    const weights = parameters.subarray(first, first + inputs * outputs);
    const biases = parameters.subarray(first + weights.length, first + weights.length + outputs);
    first += weights.length + outputs;
    return { inputs, outputs, weights, biases };
  });
  return { widths, parameters, layers };
}

/** Makes room for batches of up to this many rows. */
export function makeWorkspace(widths: readonly number[], rows: number): Workspace {
  const make = () => widths.map((width) => new Float64Array(rows * width));
  const widest = Math.max(rows, ...widths);
  return {
    outputs: make(),
    slopes: make(),
    sparse: makeSparse(widest),
    transposed: new Float64Array(widest * widest),
  };
}

/**
 * Values the actions of the first rows of `outputs[0]`.
 * @returns the last outputs, one row a state: they are overwritten by the next pass
 */
export function valueActions(network: QNetwork, space: Workspace, rows: number): Float64Array {
  const { outputs, sparse } = space;
  for (const [at, { inputs, outputs: width, weights, biases }] of network.layers.entries()) {
    const from = outputs[at];
    const to = outputs[at + 1];
    if (from === undefined || to === undefined) continue;
    const isLast = at === network.layers.length - 1;
    for (let row = 0; row < rows; row += 1) {
      const targetFirst = row * width;
      for (let unit = 0; unit < width; unit += 1) to[targetFirst + unit] = biases[unit] ?? 0;
      const count = gather(sparse, from, row * inputs, inputs);
      addRows(sparse, count, { matrix: weights, matrixFirst: 0, width, target: to, targetFirst });
      if (!isLast) rectify(to, targetFirst, width);
    }
  }
  return outputs.at(-1) ?? new Float64Array();
}

/**
 * Adds the gradient of the loss, after {@link valueActions} of the same rows, whose slopes by the
 * last outputs are in `slopes`.
 * @param gradient - with the layout of `parameters`
 */
export function addGradient(
  network: QNetwork,
  space: Workspace,
  { rows, gradient }: { readonly rows: number; readonly gradient: QNetwork },
): void {
  for (let at = network.layers.length - 1; at >= 0; at -= 1) {
    const layer = gradient.layers[at];
    if (layer === undefined) continue;
    addLayerGradient(layer, space, { at, rows });
    if (at > 0) goBack(network, space, { at, rows });
  }
}

/**
 * Slopes of the inputs of one row, after {@link valueActions} of it; the slopes by its outputs are
 * in `slopes`. They are in `slopes[0]` then.
 */
export function findInputSlopes(network: QNetwork, space: Workspace): void {
  for (let at = network.layers.length - 1; at >= 0; at -= 1)
    goBack(network, space, { at, rows: 1 });
}

/** Of one layer: for each of its inputs the slopes of rows in which that is not 0. */
function addLayerGradient(
  layer: Layer,
  { outputs, slopes, sparse, transposed }: Workspace,
  { at, rows }: { readonly at: number; readonly rows: number },
): void {
  const from = outputs[at];
  const slope = slopes[at + 1];
  if (from === undefined || slope === undefined) return;
  const { inputs, outputs: width, weights, biases } = layer;
  transpose(from, { rows, width: inputs, to: transposed });
  for (let input = 0; input < inputs; input += 1) {
    const count = gather(sparse, transposed, input * rows, rows);
    addRows(sparse, count, {
      matrix: slope,
      matrixFirst: 0,
      width,
      target: weights,
      targetFirst: input * width,
    });
  }
  for (let row = 0; row < rows; row += 1)
    for (let unit = 0; unit < width; unit += 1)
      biases[unit] = (biases[unit] ?? 0) + (slope[row * width + unit] ?? 0);
}

/** Slopes by the inputs of a layer from those by its outputs: none where a rectifier gave 0. */
function goBack(
  { layers }: QNetwork,
  { outputs, slopes, sparse, transposed }: Workspace,
  { at, rows }: { readonly at: number; readonly rows: number },
): void {
  const layer = layers[at];
  const from = outputs[at];
  const slope = slopes[at + 1];
  const earlier = slopes[at];
  if (layer === undefined || from === undefined) return;
  if (slope === undefined || earlier === undefined) return;
  const { inputs, outputs: width, weights } = layer;
  transpose(weights, { rows: inputs, width, to: transposed });
  for (let row = 0; row < rows; row += 1) {
    const targetFirst = row * inputs;
    earlier.fill(0, targetFirst, targetFirst + inputs);
    const count = gather(sparse, slope, row * width, width);
    addRows(sparse, count, {
      matrix: transposed,
      matrixFirst: 0,
      width: inputs,
      target: earlier,
      targetFirst,
    });
    for (let unit = 0; at > 0 && unit < inputs; unit += 1)
      if ((from[targetFirst + unit] ?? 0) === 0) earlier[targetFirst + unit] = 0;
  }
}

function transpose(
  from: Float64Array,
  { rows, width, to }: { readonly rows: number; readonly width: number; readonly to: Float64Array },
): void {
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < width; column += 1)
      to[column * rows + row] = from[row * width + column] ?? 0;
}

function rectify(values: Float64Array, first: number, count: number): void {
  for (let at = first; at < first + count; at += 1) if (!((values[at] ?? 0) > 0)) values[at] = 0;
}
