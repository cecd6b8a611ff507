// Nanoseconds to the seconds of a token's claims.

import {
  numberFromText,
  numberText,
  type RegoNumber,
  type RegoValue,
} from '../../values/rego-value.ts';

const NANOSECONDS_DIGITS = 9;

/** Divides a time in nanoseconds by 10^9, exactly. */
export function divideNs(time: number | RegoNumber): RegoValue {
  const [mantissa, exponent = '0'] = numberText(time).toLowerCase().split('e');
  return numberFromText(`${mantissa}e${Number(exponent) - NANOSECONDS_DIGITS}`);
}
