import type { DriftField } from '@novacron/contract/drift/drift';
import type { Json, JsonObject } from '@novacron/contract/json';

/** JSON as schemas of the contract infer it, without `readonly`. */
type JsonCopy = DriftField['was'];

/** Copies JSON, so that an answer owns what it holds and its input stays as it was. */
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

/** Sets a field of a copy that is being made to a copy of a value; nothing where there is none. */
export function setOwn(copy: Record<string, JsonCopy>, key: string, inner: Json | undefined): void {
  if (inner === undefined) return;
  const value = copyJson(inner);
  // Assigned to, this one would be the prototype.
  if (key === '__proto__') Object.defineProperty(copy, key, { value, ...OF_ITS_OWN });
  else copy[key] = value;
}

const OF_ITS_OWN = { configurable: true, enumerable: true, writable: true } as const;

/** `Array.isArray` does not tell the compiler about readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
