/** The name that a position is in, such as `input.resource.memory_gb`. */
import { type LspPosition, type LspRange, linesOf } from './text-positions.ts';

/** A dotted name in a text. */
export interface ReferenceAt {
  /** All parts, whatever the position. */
  readonly parts: readonly string[];
  /** Number of parts that begin before the position. */
  readonly reached: number;
  readonly range: LspRange;
}

const REFERENCE = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\["[^"\\]*"\])*/g;
const PART = /[A-Za-z_]\w*|\["([^"\\]*)"\]/g;

/** Finds it; undefined in comments and strings, and where no name is. */
export function referenceAt(text: string, position: LspPosition): ReferenceAt | undefined {
  const line = linesOf(text)[position.line] ?? '';
  const end = codeLength(line);
  for (const found of line.matchAll(REFERENCE)) {
    const start = found.index;
    if (position.character < start || position.character > start + found[0].length) continue;
    if (start >= end || isInString(line, start)) return undefined;
    const parts = [...found[0].matchAll(PART)];
    return {
      parts: parts.map(([part, quoted]) => quoted ?? part),
      reached: parts.filter(({ index }) => start + index <= position.character).length,
      range: {
        start: { line: position.line, character: start },
        end: { line: position.line, character: start + found[0].length },
      },
    };
  }
  return undefined;
}

/**
 * Returns the text before a position: `input.res`, or nothing; undefined in comments and strings.
 */
export function typedBefore(text: string, position: LspPosition): string | undefined {
  const before = (linesOf(text)[position.line] ?? '').slice(0, position.character);
  if (codeLength(before) < before.length || isInString(before, before.length)) return undefined;
  return /(?:[A-Za-z_][\w.]*)?$/.exec(before)?.[0] ?? '';
}

/** Returns the position where a line's comment begins, or its length. */
function codeLength(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '#' && !isInString(line, at)) return at;
  }
  return line.length;
}

function isInString(line: string, offset: number): boolean {
  let quote: string | undefined;
  for (let at = 0; at < offset; at += 1) {
    const letter = line[at];
    if (quote === undefined && (letter === '"' || letter === '`')) quote = letter;
    else if (quote === '"' && letter === '\\') at += 1;
    else if (letter === quote) quote = undefined;
  }
  return quote !== undefined;
}
