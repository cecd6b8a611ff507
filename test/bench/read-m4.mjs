/** The hourly series of the M4 competition, and its official measures. */
import { readFileSync } from 'node:fs';
import { mean } from 'simple-statistics';

/** Number of values that the competition forecasts per series. */
export const M4_HORIZON = 48;
const M4_DAY = 24;

/**
 * Reads them.
 * @returns a list of values for each series
 */
export function readM4(path) {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, ...cells] = line.split(',').map((cell) => cell.replaceAll('"', '').trim());
    return cells.filter((cell) => cell !== '').map(Number);
  });
}

/** Symmetric mean absolute percentage error. Unit: percent. */
export function smapeOf(actual, forecast) {
  const errors = actual.map((value, at) => {
    const size = Math.abs(value) + Math.abs(forecast[at]);
    return size === 0 ? 0 : (200 * Math.abs(value - forecast[at])) / size;
  });
  return mean(errors);
}

/** Mean absolute error over the mean change between days in what was known. */
export function maseOf(actual, forecast, known) {
  const changes = known.slice(M4_DAY).map((value, at) => Math.abs(value - known[at]));
  return mean(actual.map((value, at) => Math.abs(value - forecast[at]))) / mean(changes);
}

/**
 * Naive2, to which the competition compares: the last value without its season, repeated, with the
 * season put back where a test finds one.
 * Source: Makridakis et al., the code of M4's benchmarks.
 */
export function forecastNaive2(known, horizon) {
  const factors = isSeasonal(known) ? seasonFactors(known) : new Array(M4_DAY).fill(1);
  const level = known.at(-1) / factors[(known.length - 1) % M4_DAY];
  return Array.from({ length: horizon }, (_, step) => {
    return level * factors[(known.length + step) % M4_DAY];
  });
}

/** The test of M4: the autocorrelation at the season is beyond what those before it allow. */
function isSeasonal(known) {
  if (known.length < 3 * M4_DAY) return false;
  const level = mean(known);
  const variance = known.reduce((sum, value) => sum + (value - level) ** 2, 0);
  const correlationAt = (lag) => {
    let sum = 0;
    for (let at = lag; at < known.length; at += 1)
      sum += (known[at] - level) * (known[at - lag] - level);
    return sum / variance;
  };
  let squares = 0;
  for (let lag = 1; lag < M4_DAY; lag += 1) squares += correlationAt(lag) ** 2;
  const limit = 1.645 * Math.sqrt((1 + 2 * squares) / known.length);
  return Math.abs(correlationAt(M4_DAY)) > limit;
}

/** Classical multiplicative decomposition. */
function seasonFactors(known) {
  const half = M4_DAY / 2;
  const ratios = Array.from({ length: M4_DAY }, () => []);
  for (let at = half; at < known.length - half; at += 1) {
    let sum = (known[at - half] + known[at + half]) / 2;
    for (let near = at - half + 1; near < at + half; near += 1) sum += known[near];
    ratios[at % M4_DAY].push(known[at] / (sum / M4_DAY));
  }
  const means = ratios.map(mean);
  const all = mean(means);
  return means.map((each) => each / all);
}
