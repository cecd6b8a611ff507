/**
 * Whether a value is a map or object, and not an array or an instance of a class. Objects of
 * another realm, such as a sandbox of tests, count too.
 */
export function isRecord(input: unknown): input is { readonly [name: string]: unknown } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
