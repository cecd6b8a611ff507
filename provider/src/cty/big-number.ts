/**
 * Terraform's numbers are decimals of any length. A number that JavaScript represents exactly is a
 * `number`; every other one is a `BigNumber`, so that nothing is rounded silently between
 * configuration, plan and state.
 */

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** The longest decimal that is accepted; exact doubles need up to 1100 characters. */
const NUMBER_TEXT_LENGTH_MAX = 4096;

/** A decimal that no JavaScript number equals, such as 9007199254740993. */
export class BigNumber {
  readonly text: string;
  readonly #canonical: string;

  constructor(text: string) {
    const canonical = canonicalDecimal(text);
    if (canonical === undefined) throw new RangeError('not a decimal number');
    this.text = text;
    this.#canonical = canonical;
  }

  equals(other: BigNumber): boolean {
    return this.#canonical === other.#canonical;
  }

  toString(): string {
    return this.text;
  }
}

/**
 * Reads a decimal.
 * @returns a number if it is exact, otherwise a BigNumber; undefined if the text is not a decimal
 */
export function parseDecimal(text: string): number | BigNumber | undefined {
  const canonical = canonicalDecimal(text);
  if (canonical === undefined) return undefined;
  const value = Number(text);
  const safe = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (safe && canonicalDecimal(String(value)) === canonical) return value === 0 ? 0 : value;
  return new BigNumber(text);
}

/**
 * Reads a binary floating-point number from the wire. `log(10, 2)` arrives as a double whose
 * shortest decimal is another number than the double itself, so it keeps its exact expansion.
 */
export function fromDouble(value: number): number | BigNumber {
  if (!Number.isFinite(value)) return value;
  if (Number.isInteger(value)) {
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    return new BigNumber(BigInt(value).toString());
  }
  const text = expandDouble(value);
  return canonicalDecimal(text) === canonicalDecimal(String(value)) ? value : new BigNumber(text);
}

/** Whether two numbers are the same decimal. */
export function equalNumbers(a: number | BigNumber, b: number | BigNumber): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (a instanceof BigNumber && b instanceof BigNumber) return a.equals(b);
  const [big, small] = a instanceof BigNumber ? [a, b] : [b, a];
  if (!(big instanceof BigNumber) || !Number.isFinite(small)) return false;
  return big.equals(new BigNumber(String(small)));
}

/** The text of a number as Terraform reads it: the shortest decimal of a JavaScript number. */
export function formatNumber(value: number | BigNumber): string {
  return value instanceof BigNumber ? value.text : String(value);
}

function canonicalDecimal(text: string): string | undefined {
  if (text.length > NUMBER_TEXT_LENGTH_MAX) return undefined;
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  if (whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const significant = digits.replace(/0+$/, '');
  const exponent = Number(exponentText) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${exponent}`;
}

/** Writes a fraction with all its binary digits: value = n / 2^k = n * 5^k / 10^k. */
function expandDouble(value: number): string {
  let scaled = value;
  let shifts = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shifts += 1;
  }
  return `${BigInt(scaled) * 5n ** BigInt(shifts)}e-${shifts}`;
}
