/** Words of the text form of orchestration policies, each with its place. */
import { err, ok, type Result } from '@novacron/contract/result';

/** Position in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A word, a text in quotes, or a mark such as `>=`. */
export interface Token {
  readonly kind: 'word' | 'string' | 'mark';
  readonly text: string;
  readonly place: Place;
}

/** A fault in a text, with its place. */
export interface TextFault {
  readonly place: Place;
  readonly message: string;
}

/** A comment, a text, a mark, a word; anything else is a fault. */
const TOKEN = /#.*|("(?:[^"\\]|\\.)*")|([=!<>]=|[()[\],:=<>])|([^\s()[\],:=<>!"#]+)|(\S)/g;

/**
 * Splits a text into tokens, line by line; lines without a word are left out. A text in quotes ends
 * on its line and has the escapes of JSON.
 */
export function tokenisePolicyText(text: string): Result<readonly (readonly Token[])[], TextFault> {
  const lines: Token[][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const tokens: Token[] = [];
    for (const match of line.matchAll(TOKEN)) {
      const place = { line: index + 1, column: match.index + 1 };
      const [, quoted, mark, word, stray] = match;
      if (quoted !== undefined) {
        const read = readString(quoted);
        if (read === undefined) {
          return err({ place, message: `${quoted} is not a valid string: escape it as in JSON` });
        }
        tokens.push({ kind: 'string', text: read, place });
      } else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, place });
      else if (word !== undefined) tokens.push({ kind: 'word', text: word, place });
      else if (stray === '"') return err({ place, message: 'the text does not end on its line' });
      else if (stray !== undefined) return err({ place, message: `${stray} is unexpected here` });
    }
    if (tokens.length > 0) lines.push(tokens);
  }
  return ok(lines);
}

function readString(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
