const MS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

/** A span of time, with its unit. */
export class Duration {
  /** A duration in seconds. */
  public static seconds(amount: number): Duration {
    if (!(Number.isFinite(amount) && amount >= 0)) {
      throw new Error(`A duration cannot be ${amount} s. Use a number of 0 or more.`);
    }
    return new Duration(amount);
  }

  /** A duration in minutes. */
  public static minutes(amount: number): Duration {
    return Duration.seconds(amount * SECONDS_PER_MINUTE);
  }

  /** A duration in hours. */
  public static hours(amount: number): Duration {
    return Duration.seconds(amount * SECONDS_PER_HOUR);
  }

  private readonly amountSeconds: number;

  private constructor(amountSeconds: number) {
    this.amountSeconds = amountSeconds;
  }

  /** The span in seconds. */
  public toSeconds(): number {
    return this.amountSeconds;
  }

  /** The span as the provider reads it: `90s`, `250ms`. */
  public toString(): string {
    if (Number.isInteger(this.amountSeconds)) return `${this.amountSeconds}s`;
    return `${Math.round(this.amountSeconds * MS_PER_SECOND)}ms`;
  }
}
