/** Values by the fields' names. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value has fields: an object that is not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
