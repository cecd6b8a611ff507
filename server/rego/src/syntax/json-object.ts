// Objects of JSON and YAML.

/** An object that was parsed from JSON or YAML. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value that was parsed is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
