import { isUnknown } from './unknown.ts';
import { Dynamic, isValueRecord, type Value } from './value.ts';

/** Whether a value contains no unknown value at any depth. */
export function isWhollyKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (Array.isArray(value)) return value.every(isWhollyKnown);
  if (value instanceof Dynamic) return isWhollyKnown(value.value);
  return !isValueRecord(value) || Object.values(value).every(isWhollyKnown);
}

/** Replaces unknown values by null, for the state of a partly created object. */
export function dropUnknown(value: Value): Value {
  if (isUnknown(value)) return null;
  if (Array.isArray(value)) return value.map(dropUnknown);
  if (!isValueRecord(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, dropUnknown(item)] as const);
  return Object.fromEntries(entries);
}
