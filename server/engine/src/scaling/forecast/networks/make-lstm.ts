/**
 * Long short-term memory over a window of values, the oldest first. Its output weights begin at 0:
 * an untrained one predicts 0.
 * Sources: Hochreiter and Schmidhuber, "Long short-term memory" (1997); Gers et al., "Learning to
 * forget" (2000), for the gate that forgets.
 */
import type { Rng } from '../../../env.ts';
import type { Network } from './network.ts';

/** Gates of a unit, in the order of their parameters. */
const GATES = 4;
const IN = 0;
const FORGET = 1;
const CANDIDATE = 2;
const OUT = 3;

// As constants, which are found faster than members of a global object in some environments.
const { exp, tanh } = Math;

/** Makes one with random first weights. */
export function makeLstm(windowLength: number, unitCount: number, rng: Rng): Network {
  // For each gate of each unit: the weight of the value, of each output before, a bias. Then the
  // weight of each unit's last output, and a bias.
  const width = unitCount + 2;
  const readout = GATES * unitCount * width;
  const parameters = new Float64Array(readout + unitCount + 1);
  const range = Math.sqrt(3 / (unitCount + 1));
  for (let row = 0; row < GATES * unitCount; row += 1) {
    for (let column = 0; column < width - 1; column += 1) {
      parameters[row * width + column] = (2 * rng.next() - 1) * range;
    }
    // A cell remembers until it has learnt to forget.
    parameters[row * width + width - 1] = row % GATES === FORGET ? 1 : 0;
  }
  // Of each step and unit; of cells and outputs there is one more, before the first step.
  const gates = new Float64Array(windowLength * unitCount * GATES);
  const cells = new Float64Array((windowLength + 1) * unitCount);
  const outputs = new Float64Array((windowLength + 1) * unitCount);
  const sums = new Float64Array(GATES);

  function step(at: number, value: number): void {
    const before = at * unitCount;
    for (let unit = 0; unit < unitCount; unit += 1) {
      const first = (before + unit) * GATES;
      for (let gate = 0; gate < GATES; gate += 1) {
        const row = (unit * GATES + gate) * width;
        let sum = (parameters[row] ?? 0) * value + (parameters[row + width - 1] ?? 0);
        for (let other = 0; other < unitCount; other += 1) {
          sum += (parameters[row + 1 + other] ?? 0) * (outputs[before + other] ?? 0);
        }
        gates[first + gate] = gate === CANDIDATE ? tanh(sum) : 1 / (1 + exp(-sum));
      }
      const kept = (gates[first + FORGET] ?? 0) * (cells[before + unit] ?? 0);
      const cell = kept + (gates[first + IN] ?? 0) * (gates[first + CANDIDATE] ?? 0);
      cells[before + unitCount + unit] = cell;
      outputs[before + unitCount + unit] = (gates[first + OUT] ?? 0) * tanh(cell);
    }
  }

  function predict(inputs: Float64Array): number {
    for (let at = 0; at < windowLength; at += 1) step(at, inputs[at] ?? 0);
    let output = parameters[readout + unitCount] ?? 0;
    for (let unit = 0; unit < unitCount; unit += 1) {
      const last = outputs[windowLength * unitCount + unit] ?? 0;
      output += (parameters[readout + unit] ?? 0) * last;
    }
    return output;
  }

  return {
    parameters,
    predict,
    addGradient: ({ inputs, target }, gradient) => {
      const error = predict(inputs) - target;
      const outputSlopes = new Float64Array(unitCount);
      for (let unit = 0; unit < unitCount; unit += 1) {
        addTo(gradient, readout + unit, error * (outputs[windowLength * unitCount + unit] ?? 0));
        outputSlopes[unit] = error * (parameters[readout + unit] ?? 0);
      }
      addTo(gradient, readout + unitCount, error);
      goBack({ inputs, outputSlopes, gradient });
      return error;
    },
  };

  /** Back through the window: each step passes on what outputs and cells before it have caused. */
  function goBack({
    inputs,
    outputSlopes,
    gradient,
  }: {
    readonly inputs: Float64Array;
    readonly outputSlopes: Float64Array;
    readonly gradient: Float64Array;
  }): void {
    let slopes = outputSlopes;
    const cellSlopes = new Float64Array(unitCount);
    for (let at = windowLength - 1; at >= 0; at -= 1) {
      const before = at * unitCount;
      const earlier = new Float64Array(unitCount);
      for (let unit = 0; unit < unitCount; unit += 1) {
        const first = (before + unit) * GATES;
        const taken = gates[first + IN] ?? 0;
        const kept = gates[first + FORGET] ?? 0;
        const candidate = gates[first + CANDIDATE] ?? 0;
        const shown = gates[first + OUT] ?? 0;
        const squashed = tanh(cells[before + unitCount + unit] ?? 0);
        const slope = slopes[unit] ?? 0;
        const cellSlope = (cellSlopes[unit] ?? 0) + slope * shown * (1 - squashed * squashed);
        sums[IN] = cellSlope * candidate * taken * (1 - taken);
        sums[FORGET] = cellSlope * (cells[before + unit] ?? 0) * kept * (1 - kept);
        sums[CANDIDATE] = cellSlope * taken * (1 - candidate * candidate);
        sums[OUT] = slope * squashed * shown * (1 - shown);
        cellSlopes[unit] = cellSlope * kept;
        for (let gate = 0; gate < GATES; gate += 1) {
          const row = (unit * GATES + gate) * width;
          const sum = sums[gate] ?? 0;
          addTo(gradient, row, sum * (inputs[at] ?? 0));
          addTo(gradient, row + width - 1, sum);
          for (let other = 0; other < unitCount; other += 1) {
            addTo(gradient, row + 1 + other, sum * (outputs[before + other] ?? 0));
            addTo(earlier, other, sum * (parameters[row + 1 + other] ?? 0));
          }
        }
      }
      slopes = earlier;
    }
  }
}

function addTo(values: Float64Array, at: number, more: number): void {
  values[at] = (values[at] ?? 0) + more;
}
