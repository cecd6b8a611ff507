// Comments of a text; the parser itself leaves them out.

import type { Position } from '../syntax/rego-problem.ts';
import type { Token } from './lex-cursor.ts';

/** A comment with its `#`. */
export type Comment = { readonly text: string; readonly at: Position };

/** Reads the comments between the tokens of a text. */
export function readComments(text: string, tokens: readonly Token[]): readonly Comment[] {
  const comments: Comment[] = [];
  let offset = 0;
  let row = 1;
  let lineStart = 0;
  const skipTo = (end: number, visible: 'comments' | 'tokens'): void => {
    for (; offset < end; offset += 1) {
      if (text[offset] === '\n') {
        row += 1;
        lineStart = offset + 1;
      } else if (visible === 'comments' && text[offset] === '#') {
        const lineEnd = text.indexOf('\n', offset);
        const stop = lineEnd < 0 ? text.length : lineEnd;
        const at = { row, column: offset - lineStart + 1 };
        comments.push({ text: text.slice(offset, stop).trimEnd(), at });
        offset = stop - 1;
      }
    }
  };
  for (const { span } of tokens) {
    skipTo(span[0], 'comments');
    skipTo(span[1], 'tokens');
  }
  skipTo(text.length, 'comments');
  return comments;
}
