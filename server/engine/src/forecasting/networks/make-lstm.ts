/**
 * Long short-term memory over a window of values, the oldest first. Its output weights begin at 0:
 * an untrained one predicts 0.
 * Sources: Hochreiter and Schmidhuber, "Long short-term memory" (1997); Gers et al., "Learning to
 * forget" (2000), for the gate that forgets.
 */
import type { Rng } from '../../env.ts';
import type { Network } from './network.ts';

/** Gates of a unit, in the order of their parameters: in, forget, candidate, out. */
const GATES = 4;
const FORGET = 1;
const CANDIDATE = 2;

/** What a step leaves behind for the way back. */
interface Trace {
  /** Of each step and unit: its gates. */
  readonly gates: Float64Array;
  /** Of each step and unit, the step before the first one included. */
  readonly cells: Float64Array;
  readonly outputs: Float64Array;
}

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
  const trace: Trace = {
    gates: new Float64Array(windowLength * unitCount * GATES),
    cells: new Float64Array((windowLength + 1) * unitCount),
    outputs: new Float64Array((windowLength + 1) * unitCount),
  };

  function step(at: number, value: number): void {
    const before = at * unitCount;
    for (let unit = 0; unit < unitCount; unit += 1) {
      const first = (before + unit) * GATES;
      for (let gate = 0; gate < GATES; gate += 1) {
        const row = (unit * GATES + gate) * width;
        let sum = (parameters[row] ?? 0) * value + (parameters[row + width - 1] ?? 0);
        for (let other = 0; other < unitCount; other += 1) {
          sum += (parameters[row + 1 + other] ?? 0) * (trace.outputs[before + other] ?? 0);
        }
        trace.gates[first + gate] = gate === CANDIDATE ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
      }
      const [taken = 0, kept = 0, candidate = 0, shown = 0] = gatesAt(trace, first);
      const cell = kept * (trace.cells[before + unit] ?? 0) + taken * candidate;
      trace.cells[before + unitCount + unit] = cell;
      trace.outputs[before + unitCount + unit] = shown * Math.tanh(cell);
    }
  }

  function predict(inputs: Float64Array): number {
    for (let at = 0; at < windowLength; at += 1) step(at, inputs[at] ?? 0);
    let output = parameters[readout + unitCount] ?? 0;
    for (let unit = 0; unit < unitCount; unit += 1) {
      const last = trace.outputs[windowLength * unitCount + unit] ?? 0;
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
        addTo(
          gradient,
          readout + unit,
          error * (trace.outputs[windowLength * unitCount + unit] ?? 0),
        );
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
        const [taken = 0, kept = 0, candidate = 0, shown = 0] = gatesAt(
          trace,
          (before + unit) * GATES,
        );
        const squashed = Math.tanh(trace.cells[before + unitCount + unit] ?? 0);
        const slope = slopes[unit] ?? 0;
        const cellSlope = (cellSlopes[unit] ?? 0) + slope * shown * (1 - squashed * squashed);
        const sums = [
          cellSlope * candidate * taken * (1 - taken),
          cellSlope * (trace.cells[before + unit] ?? 0) * kept * (1 - kept),
          cellSlope * taken * (1 - candidate * candidate),
          slope * squashed * shown * (1 - shown),
        ];
        cellSlopes[unit] = cellSlope * kept;
        for (let gate = 0; gate < GATES; gate += 1) {
          const row = (unit * GATES + gate) * width;
          const sum = sums[gate] ?? 0;
          addTo(gradient, row, sum * (inputs[at] ?? 0));
          addTo(gradient, row + width - 1, sum);
          for (let other = 0; other < unitCount; other += 1) {
            addTo(gradient, row + 1 + other, sum * (trace.outputs[before + other] ?? 0));
            addTo(earlier, other, sum * (parameters[row + 1 + other] ?? 0));
          }
        }
      }
      slopes = earlier;
    }
  }
}

function gatesAt({ gates }: Trace, first: number): Float64Array {
  return gates.subarray(first, first + GATES);
}

function addTo(values: Float64Array, at: number, more: number): void {
  values[at] = (values[at] ?? 0) + more;
}
