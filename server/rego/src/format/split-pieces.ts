// A text as tokens with everything between them that must not be lost.

import { lex } from '../parse/lex.ts';
import type { Token } from '../parse/lex-cursor.ts';

/** A comment on a line of its own. */
export type Comment = {
  readonly text: string;
  /** Whether an empty line is before it. */
  readonly apart: boolean;
};

/** A token, as it is written. */
export type Piece = {
  readonly kind: Token['kind'];
  readonly raw: string;
  /** Whether it is a name that can be a keyword: none beside a dot can. */
  readonly isWord: boolean;
  readonly gap: Token['gap'];
  /** Whether an empty line is before it, after its comments. */
  readonly apart: boolean;
  /** The comments before it. */
  readonly comments: readonly Comment[];
  /** The comment after it on its line. */
  readonly trailing: string | undefined;
  /** Whether a `;` was before it, which is left out of the pieces. */
  readonly afterSemicolon: boolean;
};

type Between = Pick<Piece, 'apart' | 'comments'> & { readonly trailing: string | undefined };

/** Splits a text; the last piece is of kind `end`. Throws `LexFailure`. */
export function splitPieces(source: string): readonly Piece[] {
  const tokens = lex(source);
  const pieces: Piece[] = [];
  const isDot = (index: number) => tokens[index]?.kind === 'mark' && tokens[index]?.text === '.';
  let after: Partial<Piece> = {};
  let end = 0;
  for (const [index, { kind, span, gap }] of tokens.entries()) {
    const between = readBetween(source.slice(end, span[0]), pieces.length === 0);
    end = span[1];
    addTrailing(pieces, between.trailing);
    const comments = [...(after.comments ?? []), ...between.comments];
    const apart = between.apart || (after.apart ?? false);
    const raw = source.slice(...span);
    if (kind === 'mark' && raw === ';') {
      after = { comments, apart, afterSemicolon: true };
      continue;
    }
    const { afterSemicolon = false } = after;
    const isField = isDot(index - 1) || isDot(index + 1);
    // In version 0 `contains` is a function too.
    const isCall = raw === 'contains' && source[span[1]] === '(';
    const isWord = kind === 'name' && !isField && !isCall;
    const trailing = undefined;
    pieces.push({ kind, raw, isWord, gap, apart, comments, trailing, afterSemicolon });
    after = {};
  }
  return pieces;
}

/** Reads the text between two tokens: blanks, line breaks and comments. */
function readBetween(text: string, isFirst: boolean): Between {
  const lines = text.split('\n');
  const [sameLine = ''] = isFirst ? [] : lines.splice(0, 1);
  const comments: Comment[] = [];
  let apart = false;
  // The last line is the indentation of the token itself.
  for (const line of lines.slice(0, -1)) {
    const comment = line.trim();
    if (comment !== '') comments.push({ text: comment, apart });
    apart = comment === '';
  }
  const last = (lines.at(-1) ?? '').trim();
  if (last !== '') comments.push({ text: last, apart });
  const trailing = sameLine.trim();
  return {
    comments,
    apart: apart && last === '',
    trailing: trailing === '' ? undefined : trailing,
  };
}

function addTrailing(pieces: Piece[], trailing: string | undefined): void {
  const last = pieces.at(-1);
  if (last === undefined || trailing === undefined) return;
  // After a left-out `;` there may be a second one.
  const text = last.trailing === undefined ? trailing : `${last.trailing} ${trailing}`;
  pieces[pieces.length - 1] = { ...last, trailing: text };
}
