import { Token } from 'cdktf';

const MEBIBYTES_PER_GIBIBYTE = 1024;
const GIBIBYTES_PER_TEBIBYTE = 1024;

/**
 * An amount of memory or disk, with its unit. NovaCron counts in powers of two, as hypervisors do:
 * what its API calls a GB is a gibibyte.
 */
export class Size {
  /** So many mebibytes (1024² bytes). */
  public static mebibytes(amount: number): Size {
    refuseToken(amount, 'mebibytes');
    return Size.gibibytes(amount / MEBIBYTES_PER_GIBIBYTE);
  }

  /** So many gibibytes (1024³ bytes). They may be a token, because nothing converts them. */
  public static gibibytes(amount: number): Size {
    if (!Token.isUnresolved(amount) && !(Number.isFinite(amount) && amount >= 0)) {
      throw new Error(`A size cannot be ${amount}; give a number of 0 or more.`);
    }
    return new Size(amount);
  }

  /** So many tebibytes (1024⁴ bytes). */
  public static tebibytes(amount: number): Size {
    refuseToken(amount, 'tebibytes');
    return Size.gibibytes(amount * GIBIBYTES_PER_TEBIBYTE);
  }

  private readonly amountGib: number;

  private constructor(amountGib: number) {
    this.amountGib = amountGib;
  }

  /** The amount in gibibytes; a fraction where it is no whole number. */
  public toGibibytes(): number {
    return this.amountGib;
  }

  /** The amount for people: `8 GiB`. */
  public toString(): string {
    return `${this.amountGib} GiB`;
  }
}

function refuseToken(amount: number, unit: string): void {
  if (!Token.isUnresolved(amount)) return;
  throw new Error(
    `Size.${unit}() has to convert its amount, which is only known when Terraform runs. ` +
      'Give the value in gibibytes: Size.gibibytes(token).',
  );
}
