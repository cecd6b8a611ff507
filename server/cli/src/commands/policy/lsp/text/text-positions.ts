/** Positions of LSP in a text: lines from 0, characters in UTF-16 code units from 0. */

/** A position between two characters. */
export interface LspPosition {
  readonly line: number;
  readonly character: number;
}

/** From a position up to another one. */
export interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

/** A change of a text: of a range, or of the whole where there is none. */
export interface TextChange {
  readonly range?: LspRange | undefined;
  readonly text: string;
}

const LINE_END = /\r\n|\n|\r/g;

/** Returns the offset of a position; a position beyond the end of its line or text is that end. */
export function offsetAt(text: string, { line, character }: LspPosition): number {
  const starts = lineStarts(text);
  const start = starts[line];
  if (start === undefined) return text.length;
  const next = starts[line + 1] ?? text.length;
  const length = text.slice(start, next).replace(/(?:\r\n|\n|\r)$/, '').length;
  return start + Math.min(character, length);
}

/** The position of an offset. Unit: UTF-16 code units. */
export function positionAt(text: string, offset: number): LspPosition {
  const starts = lineStarts(text);
  const line = Math.max(
    0,
    starts.findLastIndex((start) => start <= offset),
  );
  return { line, character: offset - (starts[line] ?? 0) };
}

/** Applies changes one after the other: each is meant for the text that the one before made. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return changes.reduce((before, { range, text: inserted }) => {
    if (range === undefined) return inserted;
    const start = offsetAt(before, range.start);
    const end = Math.max(start, offsetAt(before, range.end));
    return before.slice(0, start) + inserted + before.slice(end);
  }, text);
}

/** The range of the whole text. */
export function wholeRange(text: string): LspRange {
  return { start: { line: 0, character: 0 }, end: positionAt(text, text.length) };
}

/** The lines of a text, without their ends. */
export function linesOf(text: string): readonly string[] {
  return text.split(LINE_END);
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(LINE_END)].map((end) => end.index + end[0].length)];
}

/** The range of a part of a text; offsets count characters. */
export function rangeOfSpan(text: string, start: number, end: number): LspRange {
  return { start: positionAt(text, start), end: positionAt(text, end) };
}
