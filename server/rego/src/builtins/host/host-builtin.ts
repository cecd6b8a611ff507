// What a builtin that runs on the host looks like.

import type { PrintedLine } from '../../syntax/printed-line.ts';
import { numberText, type RegoNumber, type RegoValue } from '../../values/rego-value.ts';

/** Context of the evaluation in which a builtin runs. */
export type HostContext = {
  /** The time of the decision in nanoseconds since 1970; the same throughout an evaluation. */
  readonly nowNs: () => bigint;
  /** Called when a probe of a traced policy is reached, with its value as text if it has one. */
  readonly onProbe: (index: number, value: string | undefined) => void;
  /** Called with each line that `print` writes, where the policy was compiled to keep them. */
  readonly onPrint: (line: PrintedLine) => void;
};

/** A builtin: its arguments have the types that the table says; undefined is "no result". */
export type HostBuiltin = (
  args: readonly RegoValue[],
  context: HostContext,
) => RegoValue | undefined;

/** Builtins by name. */
export type HostBuiltins = Readonly<Record<string, HostBuiltin>>;

/**
 * Operands without a result; `kind` is OPA's name for the failure. A `resource_error` stops the
 * evaluation: OPA has a result where a limit of ours is in the way, and a rule that is silent for
 * large operands could be passed by with large operands.
 */
export class BuiltinFailure extends Error {
  readonly kind: 'eval_type_error' | 'eval_builtin_error' | 'resource_error';
  constructor(message: string, kind: BuiltinFailure['kind'] = 'eval_builtin_error') {
    super(message);
    this.kind = kind;
  }
}

/** The string that an argument is. */
export function asString(value: RegoValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new BuiltinFailure('an operand is not a string', 'eval_type_error');
}

/** The integer that an argument is; other numbers fail. */
export function asInteger(value: RegoValue | undefined): number {
  if (typeof value === 'number') return value;
  throw new BuiltinFailure('an operand is not an integer', 'eval_type_error');
}

/** The exact integer that an argument is, whatever its size. */
export function asBigInt(value: RegoValue | undefined): bigint {
  const text = typeof value === 'number' ? String(value) : numberOf(value).text;
  if (!/^-?\d+$/.test(text))
    throw new BuiltinFailure('an operand is not an integer', 'eval_type_error');
  return BigInt(text);
}

/** The decimal text of a number. */
export function asNumberText(value: RegoValue | undefined): string {
  return typeof value === 'number' ? String(value) : numberText(numberOf(value));
}

function numberOf(value: RegoValue | undefined): RegoNumber {
  if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'number') {
    return value;
  }
  throw new BuiltinFailure('an operand is not a number', 'eval_type_error');
}

/** The members of an array or a set. */
export function asList(value: RegoValue | undefined): readonly RegoValue[] {
  if (Array.isArray(value)) return value;
  if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'set') {
    return value.items;
  }
  throw new BuiltinFailure('an operand is not an array or set', 'eval_type_error');
}

/** The members of an array or set of strings. */
export function asStrings(value: RegoValue | undefined): readonly string[] {
  return asList(value).map(asString);
}

/** The pairs of an object. */
export function asPairs(
  value: RegoValue | undefined,
): readonly (readonly [RegoValue, RegoValue])[] {
  if (value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'object') {
    return value.pairs;
  }
  throw new BuiltinFailure('an operand is not an object', 'eval_type_error');
}

/** Fails: the operands have no result. */
export function fail(message: string): never {
  throw new BuiltinFailure(message);
}

/** Stops the evaluation: a limit is reached, and the message says which. */
export function exceed(message: string): never {
  throw new BuiltinFailure(message, 'resource_error');
}
