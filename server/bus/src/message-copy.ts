/** Serialization of a message on a wire. */
import type { JsonObject } from '@novacron/contract/json';

/** A message as it comes from a wire: plain JSON, frozen. */
export function frozenCopyOf(message: object): JsonObject {
  // The copy of an object is an object.
  return copyFrozen(message) as JsonObject;
}

/** Parses JSON into a frozen value. */
export function parseFrozen(text: string): JsonObject {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'object' ? Object.freeze(value) : value,
  );
}

/** Copies as JSON does, but without its text, which would take several times as long. */
function copyFrozen(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON knows neither infinities nor a negative zero.
      return Number.isFinite(value) ? value + 0 : null;
    case 'object':
      return value === null ? null : copyObject(value);
    default:
      return null;
  }
}

function copyObject(value: object): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(copyFrozen));
  // Dates and others say themselves what they are in JSON.
  if ('toJSON' in value) return parseFrozen(JSON.stringify(value));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // One of its own keys. Object.entries needs no cast, and copies every message more slowly.
    const item: unknown = value[key as keyof typeof value];
    if (item === undefined || typeof item === 'function') continue;
    if (key === '__proto__') defineOwn(copy, key, copyFrozen(item));
    else copy[key] = copyFrozen(item);
  }
  return Object.freeze(copy);
}

/** Makes an own property of a key that would be a setter if it were assigned to. */
function defineOwn(copy: object, key: string, value: unknown): void {
  Object.defineProperty(copy, key, { value, enumerable: true });
}
