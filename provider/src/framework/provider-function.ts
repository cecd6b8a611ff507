import type { Awaitable } from './resource.ts';
import type { ValueType } from './schema/value-type.ts';

/** One parameter of a function. */
export interface Parameter<T extends ValueType = ValueType> {
  readonly name: string;
  readonly description: string;
  readonly type: T;
  /** Whether null is passed to the function; otherwise Terraform rejects it. */
  readonly allowNull?: true;
}

/** The known values that a list of parameters receives, in order. */
export type ParameterValues<P extends readonly Parameter[]> = {
  readonly [I in keyof P]: P[I] extends Parameter<ValueType<infer K, unknown>>
    ? P[I] extends { readonly allowNull: true }
      ? K | null
      : K
    : never;
};

/** A pure function for expressions: `provider::novacron::parse_size("4GiB")`. */
export interface ProviderFunction {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly returns: ValueType;
  readonly call: (values: readonly never[]) => unknown;
}

/** Rejects one argument of a function; Terraform shows the message at that argument. */
export class ArgumentError extends Error {
  readonly argument: number;

  constructor(argument: number, message: string) {
    super(message);
    this.argument = argument;
  }
}

/**
 * Defines a function with typed arguments.
 * @example
 * defineFunction({
 *   summary: 'Doubles a number', description: '…',
 *   parameters: [{ name: 'number', description: 'Number to double.', type: int }],
 *   returns: int,
 *   call: ([number]) => number * 2,
 * })
 */
export function defineFunction<const P extends readonly Parameter[], K>(options: {
  readonly summary: string;
  readonly description: string;
  readonly parameters: P;
  readonly returns: ValueType<K, unknown>;
  readonly call: (values: ParameterValues<P>) => Awaitable<K>;
}): ProviderFunction {
  // The arguments have been decoded by the types of the parameters, in their order.
  return { ...options, call: (values) => options.call(values as unknown as ParameterValues<P>) };
}
