/**
 * A perceptron with one hidden layer. Its output weights begin at 0: an untrained one predicts 0.
 * Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors"
 * (1986).
 */
import type { Rng } from '../../../env.ts';
import type { Network } from './network.ts';

// As a constant, which is found faster than a member of a global object in some environments.
const { tanh } = Math;

/** Makes one with random first weights. */
export function makeMlp(inputCount: number, unitCount: number, rng: Rng): Network {
  // For each unit: a weight of each input, a bias, the weight of its output. Then a bias.
  const width = inputCount + 2;
  const parameters = new Float64Array(unitCount * width + 1);
  const range = Math.sqrt(3 / inputCount);
  for (let unit = 0; unit < unitCount; unit += 1) {
    for (let input = 0; input < inputCount; input += 1) {
      parameters[unit * width + input] = (2 * rng.next() - 1) * range;
    }
  }
  const activations = new Float64Array(unitCount);

  function predict(inputs: Float64Array): number {
    let output = parameters[unitCount * width] ?? 0;
    for (let unit = 0; unit < unitCount; unit += 1) {
      const first = unit * width;
      let sum = parameters[first + inputCount] ?? 0;
      for (let input = 0; input < inputCount; input += 1) {
        sum += (parameters[first + input] ?? 0) * (inputs[input] ?? 0);
      }
      const activation = tanh(sum);
      activations[unit] = activation;
      output += activation * (parameters[first + inputCount + 1] ?? 0);
    }
    return output;
  }

  return {
    parameters,
    predict,
    addGradient: ({ inputs, target }, gradient) => {
      const error = predict(inputs) - target;
      for (let unit = 0; unit < unitCount; unit += 1) {
        const first = unit * width;
        const activation = activations[unit] ?? 0;
        const weight = parameters[first + inputCount + 1] ?? 0;
        const slope = error * weight * (1 - activation * activation);
        for (let input = 0; input < inputCount; input += 1) {
          addTo(gradient, first + input, slope * (inputs[input] ?? 0));
        }
        addTo(gradient, first + inputCount, slope);
        addTo(gradient, first + inputCount + 1, error * activation);
      }
      addTo(gradient, unitCount * width, error);
      return error;
    },
  };
}

function addTo(values: Float64Array, at: number, more: number): void {
  values[at] = (values[at] ?? 0) + more;
}
