import type { BigNumber } from './big-number.ts';
import type { CtyType } from './cty-type.ts';
import { isRecord } from './is-record.ts';
import type { Unknown } from './unknown.ts';

/**
 * Any value of Terraform: null, unknown, a primitive, a sequence (list, set, tuple) or a record
 * (map, object). Which of them it is belongs to the type beside it.
 */
export type Value =
  | null
  | string
  | number
  | boolean
  | BigNumber
  | Unknown
  | Dynamic
  | readonly Value[]
  | ValueRecord;

/** A map or an object. */
export type ValueRecord = { readonly [name: string]: Value };

/** A value that brings its own type, for positions declared as `dynamic`. */
export class Dynamic {
  readonly type: CtyType;
  readonly value: Value;

  constructor(type: CtyType, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/** Whether a value is a list, set or tuple. */
export function isSequence(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/**
 * Whether a value is a map or object, not a primitive, a sequence or an instance of a value class.
 */
export function isValueRecord(value: Value | undefined): value is ValueRecord {
  return isRecord(value);
}
