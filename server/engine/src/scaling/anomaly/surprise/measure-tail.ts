/** Rarity of a number, from the tail of the previous numbers. */

/** No surprise before this many numbers. */
const KNOWN_MIN = 60;

/** The tail is the highest hundredth, at least 8 numbers. */
const TAIL_SHARE = 0.01;
const TAIL_MIN = 8;

/** The heaviest tail that is fitted; 0 is an exponential tail. */
const SHAPE_MAX = 0.1;

/** A mean excess below this share of the distance from the median to the tail is noise. */
const EXCESS_RATIO_MIN = 0.05;

const REFIT_EVERY = 10;

/** Beyond this many numbers the older half of the knowledge fades. */
const KNOWN_MAX = 20_000;
const HIGHEST_MAX = 256;

/** One in a million: further out, the tail says nothing reliable. */
const SURPRISE_MAX = 6;

interface Fit {
  readonly threshold: number;
  readonly scale: number;
  readonly shape: number;
  /** Share of the numbers above the threshold. */
  readonly share: number;
}

/** Measures the surprise of numbers one after another. */
export interface TailMeter {
  /**
   * @param value - the next number
   * @param median - that of the numbers before
   * @returns -log10 of the probability of a number as high as this; 0 below the tail, at most 6
   */
  readonly measure: (value: number, median: number) => number;
}

/**
 * Measures surprise by peaks over a threshold: what is above the highest hundredth follows a
 * generalised Pareto distribution, fitted by its first two moments.
 * Source of the idea: Siffer et al. (2017), "Anomaly detection in streams with extreme value
 * theory"; Hosking and Wallis (1987) for the moments.
 */
export function createTailMeter(): TailMeter {
  const highest: number[] = [];
  let known = 0;
  let sinceFit = REFIT_EVERY;
  let fit: Fit | undefined;
  const remember = (value: number) => {
    known += 1;
    sinceFit += 1;
    insertHighest(highest, value);
    if (known < KNOWN_MAX) return;
    known /= 2;
    for (let i = 0; i < highest.length; i += 1) highest.splice(i, 1);
  };
  return {
    measure: (value, median) => {
      if (known >= KNOWN_MIN && sinceFit >= REFIT_EVERY) {
        fit = fitTail(highest, known, median);
        sinceFit = 0;
      }
      const surprise = fit === undefined ? 0 : surpriseOf(value, fit);
      remember(value);
      return surprise;
    },
  };
}

function insertHighest(highest: number[], value: number): void {
  if (highest.length === HIGHEST_MAX) {
    if (value <= (highest[0] ?? 0)) return;
    highest.shift();
  }
  let low = 0;
  let high = highest.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((highest[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  highest.splice(low, 0, value);
}

function fitTail(highest: readonly number[], known: number, median: number): Fit {
  const count = Math.min(highest.length, Math.max(TAIL_MIN, Math.floor(known * TAIL_SHARE)));
  const first = highest.length - count;
  const threshold = highest[first] ?? 0;
  let [sum, squares] = [0, 0];
  for (let i = first; i < highest.length; i += 1) {
    const excess = (highest[i] ?? 0) - threshold;
    sum += excess;
    squares += excess * excess;
  }
  const variance = Math.max(Number.MIN_VALUE, squares / count - (sum / count) ** 2);
  const least = EXCESS_RATIO_MIN * (threshold - median);
  const mean = Math.max(sum / count, least, 1e-9 * Math.abs(threshold) + 1e-12);
  const shape = Math.max(0, Math.min(SHAPE_MAX, 0.5 * (1 - (mean * mean) / variance)));
  return { threshold, scale: mean * (1 - shape), shape, share: count / known };
}

function surpriseOf(value: number, { threshold, scale, shape, share }: Fit): number {
  if (!(value > threshold)) return 0;
  const distance = (value - threshold) / scale;
  const decades = shape > 1e-3 ? Math.log10(1 + shape * distance) / shape : distance / Math.LN10;
  return Math.min(SURPRISE_MAX, decades - Math.log10(share));
}
