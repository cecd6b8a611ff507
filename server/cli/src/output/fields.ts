/** Values by the fields' names. */
export type Fields = Readonly<Record<string, unknown>>;
