import { Token } from 'cdktf';
import { isEncodedNumber, NUMBER_TOKEN_ADVICE } from '../synthesis/find-number-token.ts';

const MEBIBYTES_PER_GIBIBYTE = 1024;
const GIBIBYTES_PER_TEBIBYTE = 1024;

/**
 * An amount of memory or disk, with its unit. NovaCron uses powers of two, as hypervisors do: a GB
 * in its API is a gibibyte.
 */
export class Size {
  /** A size in mebibytes (1024² bytes). */
  public static mebibytes(amount: number): Size {
    refuseToken(amount, 'mebibytes');
    return Size.gibibytes(amount / MEBIBYTES_PER_GIBIBYTE);
  }

  /** A size in gibibytes (1024³ bytes). The amount may be a token, because it is not converted. */
  public static gibibytes(amount: number): Size {
    if (Token.isUnresolved(amount)) return new Size(amount);
    if (isEncodedNumber(amount)) throw new Error(`The size ${NUMBER_TOKEN_ADVICE}.`);
    if (!(Number.isFinite(amount) && amount >= 0)) {
      throw new Error(`A size cannot be ${amount}. Use a number of 0 or more.`);
    }
    return new Size(amount);
  }

  /** A size in tebibytes (1024⁴ bytes). */
  public static tebibytes(amount: number): Size {
    refuseToken(amount, 'tebibytes');
    return Size.gibibytes(amount * GIBIBYTES_PER_TEBIBYTE);
  }

  private readonly amountGib: number;

  private constructor(amountGib: number) {
    this.amountGib = amountGib;
  }

  /** The amount in gibibytes, which may be a fraction. */
  public toGibibytes(): number {
    return this.amountGib;
  }

  /** The amount for display: `8 GiB`. */
  public toString(): string {
    return `${this.amountGib} GiB`;
  }
}

function refuseToken(amount: number, unit: string): void {
  if (!Token.isUnresolved(amount)) return;
  throw new Error(
    `Size.${unit}() cannot convert an amount that is only known when Terraform runs. ` +
      'Pass the value in gibibytes: Size.gibibytes(token).',
  );
}
