/** Chooses the encoding of an answer: RFC 9110, section 12.5.3. */
import type { Encoding } from './read-dashboard-files.ts';

/**
 * Returns the first encoding that the client accepts. `identity` is what a client gets that says
 * nothing, or that refuses everything else.
 * @param accepted - the header Accept-Encoding
 * @param encodings - those that there are, in the order of preference
 */
export function chooseEncoding(
  accepted: string | undefined,
  encodings: readonly Encoding[],
): Encoding {
  const weights = new Map(
    (accepted ?? '').split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((each) => each.startsWith('q='))?.slice('q='.length);
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
  const isAccepted = (name: string) => (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  return encodings.find((name) => name === 'identity' || isAccepted(name)) ?? 'identity';
}
