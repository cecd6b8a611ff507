// Pieces to lines: where lines break, how far they are indented, what has a blank between.

import {
  continues,
  isCloser,
  isElse,
  isOpener,
  needsSpace,
  opensBody,
  opensCall,
} from './spacing.ts';
import type { Piece } from './split-pieces.ts';

/** A line of the result. */
export type Line = {
  /** Number of leading tabs. */
  readonly level: number;
  text: string;
  trailing: string | undefined;
  /** Whether an empty line is before it. */
  readonly apart: boolean;
};

/** A package line, an import or a rule, with the comments before it. */
export type Statement = { readonly first: string; readonly lines: Line[]; readonly apart: boolean };

type Bracket = {
  readonly kind: 'body' | 'list' | 'other';
  /** Indentation level of the content. */
  readonly level: number;
  hasBar: boolean;
};

type State = {
  readonly pieces: readonly Piece[];
  readonly stack: Bracket[];
  readonly statements: Statement[];
};

/** Lays out a text's pieces, statement by statement. */
export function layOut(pieces: readonly Piece[]): readonly Statement[] {
  const state: State = { pieces, stack: [], statements: [] };
  for (const index of pieces.keys()) place(state, index);
  return state.statements;
}

function place(state: State, index: number): void {
  const { pieces, stack } = state;
  const piece = pieces[index];
  const before = pieces[index - 1];
  if (!piece) return;
  const top = stack.at(-1);
  if (isCloser(piece)) stack.pop();
  if (piece.kind === 'end' || !before || startsStatement(state, index, top)) {
    beginStatement(state, piece);
  } else if (breaksBefore(piece, before, top)) {
    if (isCloser(piece)) endList(state, before, top);
    const { level, inner } = levelsOf(piece, before, top);
    const apart = !isOpener(before) && !isCloser(piece);
    writeComments(state, piece, inner, apart);
    const hasComments = piece.comments.length > 0;
    pushLine(state, { level, text: piece.raw, apart: apart && piece.apart && !hasComments });
  } else append(state, index, top);
  const line = lastLine(state);
  // The end of the text has no line: the last one keeps its comment.
  if (line && piece.kind !== 'end') line.trailing = piece.trailing;
  if (piece.raw === '|' && top) top.hasBar = true;
  if (isOpener(piece)) open(state, index, line?.level ?? 0);
}

function startsStatement(state: State, index: number, top: Bracket | undefined): boolean {
  const piece = state.pieces[index];
  const before = state.pieces[index - 1];
  if (!piece || !before || top) return false;
  if (piece.afterSemicolon) return true;
  return piece.gap === 'line' && !continues(before, piece) && !opensBody(state.pieces, index);
}

function beginStatement(state: State, piece: Piece): void {
  const [first] = piece.comments;
  const apart = first ? first.apart : piece.apart;
  const isEmpty = piece.kind === 'end' && piece.comments.length === 0;
  if (isEmpty) return;
  state.statements.push({ first: piece.raw, lines: [], apart });
  writeComments(state, piece, 0, true);
  if (piece.kind === 'end') return;
  const isApart = piece.comments.length > 0 && piece.apart;
  pushLine(state, { level: 0, text: piece.raw, apart: isApart });
}

function breaksBefore(piece: Piece, before: Piece, top: Bracket | undefined): boolean {
  if (piece.comments.length > 0 || before.trailing !== undefined) return true;
  if (isElse(piece) && before.raw === '}') return false;
  const inBody = top?.kind === 'body';
  if (inBody && (isCloser(piece) || isOpener(before) || piece.afterSemicolon)) return true;
  return piece.gap === 'line';
}

function levelsOf(
  piece: Piece,
  before: Piece,
  top: Bracket | undefined,
): { readonly level: number; readonly inner: number } {
  const base = top?.level ?? (isElse(piece) ? 0 : 1);
  if (isCloser(piece)) return { level: base - 1, inner: base };
  const isPart = piece.afterSemicolon || isOpener(before) || (before.raw === '|' && top?.hasBar);
  const isBarOfList = before.raw === '|' && top !== undefined && top.kind !== 'body';
  const goesOn = top !== undefined && !isPart && !isBarOfList && continues(before, piece);
  const level = goesOn ? base + 1 : base;
  return { level, inner: level };
}

function writeComments(state: State, piece: Piece, level: number, apart: boolean): void {
  for (const [index, { text, apart: isApart }] of piece.comments.entries()) {
    pushLine(state, { level, text, apart: (index > 0 || apart) && isApart });
  }
}

function pushLine(state: State, line: Omit<Line, 'trailing'>): void {
  state.statements.at(-1)?.lines.push({ ...line, trailing: undefined });
}

function lastLine(state: State): Line | undefined {
  return state.statements.at(-1)?.lines.at(-1);
}

function append(state: State, index: number, top: Bracket | undefined): void {
  const piece = state.pieces[index];
  const line = lastLine(state);
  if (!piece || !line) return;
  // A list that ends on its line has no comma before its end.
  if (isCloser(piece) && top?.kind === 'list' && line.text.endsWith(',')) {
    line.text = line.text.slice(0, -1);
  }
  const mark = piece.afterSemicolon ? ';' : '';
  const space = piece.afterSemicolon || needsSpace(state.pieces, index) ? ' ' : '';
  line.text += mark + space + piece.raw;
}

/** A list whose end is on a line of its own has a comma after its last item. */
function endList(state: State, before: Piece, top: Bracket | undefined): void {
  const line = lastLine(state);
  if (!line || top?.kind !== 'list' || top.hasBar || before.raw === ',' || isOpener(before)) return;
  line.text += ',';
}

function open(state: State, index: number, level: number): void {
  const { pieces, stack } = state;
  const piece = pieces[index];
  const isIndex = piece?.raw === '[' && piece.gap === 'none' && !needsSpace(pieces, index);
  const isGroup = piece?.raw === '(' && !opensCall(pieces, index);
  const kind = opensBody(pieces, index) ? 'body' : isIndex || isGroup ? 'other' : 'list';
  stack.push({ kind, level: level + 1, hasBar: false });
}
