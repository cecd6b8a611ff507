/** Features that look at the last rows: means, differences, changes against a slow mean. */

/** Answers of each value one number, from it and those before; NaN while too few are known. */
export type Feature = (value: number) => number;

/** Mean of the last values. */
export function movingMean(count: number): Feature {
  const ring = new Float64Array(count).fill(Number.NaN);
  let next = 0;
  return (value) => {
    ring[next] = value;
    next = (next + 1) % count;
    let sum = 0;
    for (const each of ring) sum += each;
    return sum / count;
  };
}

/** Difference to the value that many rows ago. */
export function difference(rows: number): Feature {
  const ring = new Float64Array(rows).fill(Number.NaN);
  let next = 0;
  return (value) => {
    const before = ring[next] ?? Number.NaN;
    ring[next] = value;
    next = (next + 1) % rows;
    return value - before;
  };
}

/** Difference to the exponentially weighted mean of the values before. */
export function deviation(halfLifeRows: number): Feature {
  const decay = 0.5 ** (1 / halfLifeRows);
  let [sum, weight] = [0, 0];
  return (value) => {
    const answer = weight > 0 ? value - sum / weight : Number.NaN;
    sum = sum * decay + value;
    weight = weight * decay + 1;
    return answer;
  };
}
