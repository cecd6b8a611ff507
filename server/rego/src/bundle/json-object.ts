// Objects of JSON files in a bundle.

/** An object that was parsed from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value that was parsed from JSON is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
