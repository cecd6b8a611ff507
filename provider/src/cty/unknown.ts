/** Facts that are certain about an unknown value. */
export interface Refinements {
  readonly nullness?: 'null' | 'not-null';
  readonly stringPrefix?: string;
  readonly numberMin?: NumberBound;
  readonly numberMax?: NumberBound;
  readonly lengthMin?: number;
  readonly lengthMax?: number;
}

/** One end of the range of an unknown number; `text` is decimal, so that no digit is lost. */
export interface NumberBound {
  readonly text: string;
  readonly inclusive: boolean;
}

/**
 * A value that Terraform learns only at apply ("known after apply").
 *
 * A class, although it owns nothing: maps of users may contain any key, so only the identity of the
 * object distinguishes an unknown value from data.
 */
export class Unknown {
  readonly refinements: Refinements;
  readonly #brand = 'unknown';

  constructor(refinements: Refinements = {}) {
    this.refinements = refinements;
  }

  toString(): string {
    return `(${this.#brand})`;
  }
}

/** The unknown value about which nothing is certain. */
export const UNKNOWN = new Unknown();

/** Whether a value itself is unknown; values inside it are not checked. */
export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/**
 * An unknown value that will not be null, optionally with a known prefix: comparisons with null
 * and `startswith` are then decided in the plan already.
 * @example unknownWith({ stringPrefix: 'vm_' })
 */
export function unknownWith(refinements: Refinements): Unknown {
  return new Unknown({ nullness: 'not-null', ...refinements });
}
