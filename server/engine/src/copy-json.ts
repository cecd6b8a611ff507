import type { DriftField } from '@novacron/contract/drift';
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
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyJson(inner)]));
}

/** `Array.isArray` does not tell the compiler about readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
