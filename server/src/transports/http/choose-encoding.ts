/** Chooses the content coding of an answer: RFC 9110, section 12.5.3. */

/** Content encoding of an answer; `identity` means none. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** Names that mean the same coding (RFC 9110, section 8.4.1.3). */
const SAME_CODING: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/** Weights that a client assigns to encodings: between 0, which excludes an encoding, and 1. */
type Weights = ReadonlyMap<string, number>;

/**
 * Returns the coding with the greatest weight, the earlier one where two have the same. Content
 * without a coding is acceptable unless it is excluded, and is the last choice where it is not
 * named.
 * @param accepted - the header Accept-Encoding
 * @param encodings - those that there are, in the server's order of preference
 * @returns undefined where the client excludes all of them
 */
export function chooseEncoding(
  accepted: string | undefined,
  encodings: readonly Encoding[],
): Encoding | undefined {
  const weights = readWeights(accepted ?? '');
  const named = encodings
    .map((name) => ({ name, weight: weights.get(name) ?? weights.get('*') ?? 0 }))
    .filter(({ weight }) => weight > 0);
  const most = Math.max(...named.map(({ weight }) => weight));
  const chosen = named.find(({ weight }) => weight === most)?.name;
  return chosen ?? (isExcluded(weights) ? undefined : 'identity');
}

function isExcluded(weights: Weights): boolean {
  return (weights.get('identity') ?? weights.get('*')) === 0;
}

function readWeights(accepted: string): Weights {
  return new Map(
    accepted.split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((each) => each.startsWith('q='))?.slice('q='.length);
      return [SAME_CODING[name] ?? name, weight === undefined ? 1 : Number(weight)];
    }),
  );
}
