// What two neighbouring pieces are to each other.

import type { Piece } from './split-pieces.ts';

const OPERATORS: ReadonlySet<string> = new Set(
  ':= = == != < <= > >= + - * / % & |'.split(' ').concat(':'),
);
/** Words after which a value comes. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'as default else every if import in not package some with contains'.split(' '),
);
/** Words that go on with the line before. */
const JOINING: ReadonlySet<string> = new Set(['as', 'else', 'if', 'in', 'with']);

/** Whether a piece opens a bracket. */
export function isOpener({ kind, raw }: Piece): boolean {
  return kind === 'mark' && (raw === '(' || raw === '[' || raw === '{');
}

/** Whether a piece closes a bracket. */
export function isCloser({ kind, raw }: Piece): boolean {
  return kind === 'mark' && (raw === ')' || raw === ']' || raw === '}');
}

/** Whether a piece is the word `else`. */
export function isElse({ isWord, raw }: Piece): boolean {
  return isWord && raw === 'else';
}

/** Whether an expression goes on from one piece to the next, over a line break. */
export function continues(before: Piece, piece: Piece): boolean {
  if (before.kind === 'mark' && OPERATORS.has(before.raw)) return true;
  if (before.isWord && KEYWORDS.has(before.raw)) return true;
  if (piece.kind === 'mark') return OPERATORS.has(piece.raw);
  return piece.isWord && JOINING.has(piece.raw);
}

/** Whether a value can end with this piece. */
function endsValue({ kind, isWord, raw }: Piece): boolean {
  if (kind === 'mark') return raw === ')' || raw === ']' || raw === '}';
  return !isWord || !KEYWORDS.has(raw);
}

/** Whether a `(` begins arguments. */
export function opensCall(pieces: readonly Piece[], index: number): boolean {
  const before = pieces[index - 1];
  return pieces[index]?.gap === 'none' && before?.kind === 'name' && endsValue(before);
}

/** Whether a `{` begins a body rather than a set or an object. */
export function opensBody(pieces: readonly Piece[], index: number): boolean {
  const piece = pieces[index];
  const before = pieces[index - 1];
  if (piece?.kind !== 'mark' || piece.raw !== '{' || !before) return false;
  if (before.isWord && (before.raw === 'if' || before.raw === 'else')) {
    return before.raw === 'else' || endsStatement(pieces, index);
  }
  if (before.isWord && before.raw === 'not') return importsNot(pieces);
  // Version 0 has bodies right after a head, and `every x in xs {` has one after a value.
  return endsValue(before) && !piece.afterSemicolon;
}

/** Whether `import future.keywords.not` is among the pieces: with it, `not {` begins a body. */
function importsNot(pieces: readonly Piece[]): boolean {
  return pieces.some(
    ({ raw }, index) =>
      raw === 'keywords' && pieces[index + 1]?.raw === '.' && pieces[index + 2]?.raw === 'not',
  );
}

/** Whether nothing but `else` follows the bracket that opens here on the line where it closes. */
function endsStatement(pieces: readonly Piece[], index: number): boolean {
  let depth = 0;
  for (let at = index; at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece && isOpener(piece)) depth += 1;
    if (piece && isCloser(piece)) depth -= 1;
    if (depth > 0) continue;
    const next = pieces[at + 1];
    return !next || next.gap === 'line' || next.afterSemicolon || isElse(next) || isCloser(next);
  }
  return true;
}

/** Whether a blank is between a piece and the one before it, on one line. */
export function needsSpace(pieces: readonly Piece[], index: number): boolean {
  const piece = pieces[index];
  const before = pieces[index - 1];
  if (!piece || !before) return false;
  if (piece.kind === 'mark') {
    if (piece.raw === ',' || piece.raw === ':' || piece.raw === '.') return false;
    if (isCloser(piece)) return false;
    if ((piece.raw === '(' || piece.raw === '[') && piece.gap === 'none' && endsValue(before)) {
      return false;
    }
  }
  if (before.kind !== 'mark') return true;
  if (isOpener(before) || before.raw === '.') return false;
  return before.raw !== '-' || !isNegation(pieces, index - 1) || piece.gap !== 'none';
}

/** Whether a `-` belongs to the number after it. */
function isNegation(pieces: readonly Piece[], index: number): boolean {
  const before = pieces[index - 1];
  return before === undefined || !endsValue(before);
}
