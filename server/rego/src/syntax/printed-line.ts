// What a policy prints.

/** A line that a call of `print` wrote; rows count from 1. */
export type PrintedLine = { readonly file: string; readonly row: number; readonly text: string };
