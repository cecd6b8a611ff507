/**
 * Finds numbers that only Terraform knows in places where a program has computed with them. CDKTF
 * encodes such a number as a huge negative one, which is no longer a reference once it is part of a
 * text or of a calculation.
 */

/** Encoded numbers are beyond it; no attribute has such a value. */
const ENCODED_MIN = 1e200;

const ENCODED_IN_TEXT = /\d(?:\.\d+)?e\+(?:2\d\d|30\d)/;

/** What to do instead, after the name of the place. */
export const NUMBER_TOKEN_ADVICE =
  'uses a number that is only known when Terraform runs, in a text or in a calculation. Write ' +
  '`Token.asString(value)` in a text, and calculate with `Op`, as in ' +
  '`Token.asNumber(Op.mul(value, 2))`';

/** Reports whether a number comes from an encoded one, or is one. */
export function isEncodedNumber(value: number): boolean {
  return Math.abs(value) > ENCODED_MIN;
}

/** Returns the path of the first such value inside of a synthesised value; undefined if none. */
export function findNumberToken(value: unknown): readonly string[] | undefined {
  if (typeof value === 'number') return isEncodedNumber(value) ? [] : undefined;
  if (typeof value === 'string') return ENCODED_IN_TEXT.test(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const found = findNumberToken(part);
    if (found !== undefined) return [name, ...found];
  }
  return undefined;
}
