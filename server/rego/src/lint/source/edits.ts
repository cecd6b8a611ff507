// Changes that a rule proposes: what it finds fault with, in the form that it asks for.

import type { Token } from '../../parse/lex-cursor.ts';
import type { Position } from '../../syntax/rego-problem.ts';
import type { TextEdit } from '../../syntax/text-edit.ts';
import type { SourceFile } from './model.ts';
import { keyOfPlace } from './names.ts';

/** The token that begins at a place. */
export function tokenAt(file: SourceFile, at: Position): Token | undefined {
  return file.tokens[file.tokenIndex.get(keyOfPlace(at)) ?? -1];
}

/** The first token with a text at or behind a place that is outside of brackets. */
export function tokenBehind(file: SourceFile, at: Position, text: string): Token | undefined {
  let depth = 0;
  const start = file.tokenIndex.get(keyOfPlace(at)) ?? file.tokens.length;
  for (const token of file.tokens.slice(start)) {
    if (token.kind === 'mark' && depth === 0 && token.text === text) return token;
    if (token.kind !== 'mark') continue;
    if ('([{'.includes(token.text)) depth += 1;
    if (')]}'.includes(token.text)) depth -= 1;
    if (depth < 0) return undefined;
  }
  return undefined;
}

/** Writes another text for a token. */
export function replaceToken({ span }: Token, text: string): TextEdit {
  const [start, end] = span;
  return { start, end, text };
}

/** Leaves a line out, with its end. */
export function removeLine({ text }: SourceFile, row: number): TextEdit {
  const start = offsetOf(text, { row, column: 1 });
  const next = text.indexOf('\n', start);
  return { start, end: next < 0 ? text.length : next + 1, text: '' };
}

/** Returns the offset of a position in a text, in characters. */
export function offsetOf(text: string, { row, column }: Position): number {
  let start = 0;
  for (let line = 1; line < row; line += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}
