/** Changes parameters by gradients. Source: Kingma and Ba, "Adam" (2015). */

const MOMENTUM = 0.9;
const SQUARES_MOMENTUM = 0.999;
const EPSILON = 1e-8;

/** How far it goes. */
export interface AdamSettings {
  /** The learning rate. */
  readonly rate: number;
  /** A longer gradient is shortened to this length. */
  readonly lengthMax: number;
}

/**
 * Creates a step that changes each parameter by as much as its own past says.
 * @returns a function of the sum of the gradients of some rows, and their number
 */
export function createAdam(parameters: Float64Array, { rate, lengthMax }: AdamSettings) {
  const means = new Float64Array(parameters.length);
  const squares = new Float64Array(parameters.length);
  let [meanShare, squareShare] = [1, 1];
  return (gradient: Float64Array, rowCount: number): void => {
    let length = 0;
    for (const each of gradient) length += each * each;
    const scale = 1 / Math.max(rowCount, Math.sqrt(length) / lengthMax);
    meanShare *= MOMENTUM;
    squareShare *= SQUARES_MOMENTUM;
    for (let at = 0; at < parameters.length; at += 1) {
      const slope = (gradient[at] ?? 0) * scale;
      const mean = MOMENTUM * (means[at] ?? 0) + (1 - MOMENTUM) * slope;
      const square = SQUARES_MOMENTUM * (squares[at] ?? 0) + (1 - SQUARES_MOMENTUM) * slope * slope;
      means[at] = mean;
      squares[at] = square;
      const size = Math.sqrt(square / (1 - squareShare)) + EPSILON;
      parameters[at] = (parameters[at] ?? 0) - (rate * mean) / (1 - meanShare) / size;
    }
  };
}
