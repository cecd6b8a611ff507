// Tokens, and where the lexer stands in a text.

import type { Position } from '../syntax/rego-problem.ts';

/** Separator between a token and the previous token. */
export type Gap = 'none' | 'blank' | 'line';

/** A piece of a template string: text, or the tokens of an expression. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly tokens: readonly Token[] };

/** One token. `text` is a string's value, otherwise what was written. */
export type Token = {
  readonly kind: 'name' | 'string' | 'number' | 'mark' | 'template' | 'end';
  readonly text: string;
  readonly gap: Gap;
  readonly at: Position;
  /** Start and end in the text, in characters. */
  readonly span: readonly [number, number];
  readonly parts?: readonly TemplatePart[];
};

/** The text stops being Rego here. */
export class LexFailure extends Error {
  readonly at: Position;
  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

/** Position of the lexer in a text. */
export type Cursor = {
  readonly source: string;
  offset: number;
  row: number;
  lineStart: number;
  gap: Gap;
  /** Number of enclosing templates. */
  depth: number;
};

/** The cursor's row and column. */
export function position(cursor: Cursor): Position {
  return { row: cursor.row, column: cursor.offset - cursor.lineStart + 1 };
}

/** Moves the cursor over a line break. */
export function newLine(cursor: Cursor): void {
  cursor.row += 1;
  cursor.lineStart = cursor.offset;
}
