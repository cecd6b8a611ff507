import { isUnknown } from './unknown.ts';
import { Dynamic, isValueRecord, type Value } from './value.ts';

/** Tells whether nothing in a value is unknown, however deep. */
export function isWhollyKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (Array.isArray(value)) return value.every(isWhollyKnown);
  if (value instanceof Dynamic) return isWhollyKnown(value.value);
  return !isValueRecord(value) || Object.values(value).every(isWhollyKnown);
}

/** Puts null wherever a value is unknown: what a state may hold of a half-made object. */
export function dropUnknown(value: Value): Value {
  if (isUnknown(value)) return null;
  if (Array.isArray(value)) return value.map(dropUnknown);
  if (!isValueRecord(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, dropUnknown(item)] as const);
  return Object.fromEntries(entries);
}
