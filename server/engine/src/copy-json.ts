import type { DriftField } from '@novacron/contract/drift/drift';
import type { Json, JsonObject } from '@novacron/contract/json';

/** JSON as schemas of the contract infer it, without `readonly`. */
type JsonCopy = DriftField['was'];

/** Copies JSON, so that a result shares nothing with its input. */
export function copyJson(value: Json): JsonCopy {
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(copyJson) : copyJsonObject(value);
}

/** {@link copyJson} of an object. */
export function copyJsonObject(value: JsonObject): Record<string, JsonCopy> {
  const copy: Record<string, JsonCopy> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, value[key]);
  return copy;
}

/** Sets a field of a copy that is being made to a copy of a value; does nothing for undefined. */
export function setOwn(copy: Record<string, JsonCopy>, key: string, inner: Json | undefined): void {
  if (inner === undefined) return;
  const value = copyJson(inner);
  // An assignment to this key would set the prototype.
  if (key === '__proto__') Object.defineProperty(copy, key, { value, ...OF_ITS_OWN });
  else copy[key] = value;
}

const OF_ITS_OWN = { configurable: true, enumerable: true, writable: true } as const;

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
