/** What becomes of a message on a wire. */
import type { JsonObject } from '@novacron/contract/json';

/** What a message is after a wire: JSON and nothing else, and nobody's to change. */
export function frozenCopyOf(message: JsonObject): JsonObject {
  return parseFrozen(JSON.stringify(message));
}

/** Reads JSON into what nobody can change. */
export function parseFrozen(text: string): JsonObject {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'object' ? Object.freeze(value) : value,
  );
}
