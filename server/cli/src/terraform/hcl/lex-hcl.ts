/** Terraform's configuration language as tokens with places. Source: HCL native syntax spec. */

/** A place in a file; both count from 1. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** One token. Strings keep their quotes; a comment is its text without the marks around it. */
export interface HclToken extends Place {
  readonly kind: 'name' | 'string' | 'mark' | 'newline' | 'comment' | 'end';
  readonly text: string;
  /** Start in the source. Unit: UTF-16 code units from 0. */
  readonly offset: number;
}

type TokenStart = Pick<HclToken, 'row' | 'column' | 'offset'>;

interface Cursor {
  readonly source: string;
  offset: number;
  row: number;
  lineStart: number;
}

const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /\d[\w.]*/y;
const BLANKS = /[ \t\r\uFEFF]+/y;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;
const MARK = /=>|==|!=|<=|>=|&&|\|\||\.\.\.|[\s\S]/y;

/** Splits a text. Whatever it is, there is an answer: what has no meaning is a mark. */
export function lexHcl(source: string): readonly HclToken[] {
  const cursor: Cursor = { source, offset: 0, row: 1, lineStart: 0 };
  const tokens: HclToken[] = [];
  while (cursor.offset < source.length) {
    const token = readToken(cursor);
    if (token !== undefined) tokens.push(token);
  }
  return [...tokens, { kind: 'end', text: '', ...placeOf(cursor) }];
}

function readToken(cursor: Cursor): HclToken | undefined {
  const { source } = cursor;
  const place = placeOf(cursor);
  if (match(cursor, BLANKS) !== undefined) return undefined;
  const letter = source[cursor.offset];
  if (letter === '\n') {
    advance(cursor, cursor.offset + 1);
    return { kind: 'newline', text: '\n', ...place };
  }
  if (letter === '#' || source.startsWith('//', cursor.offset)) return readLine(cursor, place);
  if (source.startsWith('/*', cursor.offset)) return readComment(cursor, place);
  if (letter === '"') {
    const start = cursor.offset;
    advance(cursor, endOfString(source, start));
    return { kind: 'string', text: source.slice(start, cursor.offset), ...place };
  }
  const heredoc = match(cursor, HEREDOC);
  if (heredoc !== undefined) return readHeredoc(cursor, heredoc, place);
  for (const [kind, pattern] of [
    ['name', NAME],
    ['mark', NUMBER],
    ['mark', MARK],
  ] as const) {
    const text = match(cursor, pattern);
    if (text !== undefined) return { kind, text, ...place };
  }
  return undefined;
}

function readLine(cursor: Cursor, place: TokenStart): HclToken {
  const end = cursor.source.indexOf('\n', cursor.offset);
  const text = cursor.source.slice(cursor.offset, end < 0 ? undefined : end);
  advance(cursor, cursor.offset + text.length);
  return { kind: 'comment', text: text.replace(/^(#|\/\/)/, '').trim(), ...place };
}

function readComment(cursor: Cursor, place: TokenStart): HclToken {
  const end = cursor.source.indexOf('*/', cursor.offset + 2);
  const stop = end < 0 ? cursor.source.length : end + 2;
  const text = cursor.source.slice(cursor.offset + 2, end < 0 ? undefined : end).trim();
  advance(cursor, stop);
  return { kind: 'comment', text, ...place };
}

function readHeredoc(cursor: Cursor, opening: string, place: TokenStart): HclToken {
  const word = opening.replace(/^<<-?/, '').trim();
  const { source } = cursor;
  const start = cursor.offset - opening.length;
  let at = cursor.offset;
  while (at < source.length) {
    const next = source.indexOf('\n', at);
    const line = source.slice(at, next < 0 ? undefined : next);
    if (line.trim() === word) {
      at += line.length;
      break;
    }
    at = next < 0 ? source.length : next + 1;
  }
  advance(cursor, at);
  return { kind: 'string', text: source.slice(start, at), ...place };
}

/** Behind the string that begins here; its templates may hold strings of their own. */
function endOfString(source: string, start: number): number {
  const open: ('"' | '}')[] = ['"'];
  let at = start + 1;
  while (at < source.length && open.length > 0) {
    const letter = source[at];
    const isQuoted = open.at(-1) === '"';
    if (isQuoted && letter === '\\') at += 1;
    else if (isQuoted && (letter === '$' || letter === '%') && source[at + 1] === '{') {
      // A doubled mark stands for itself.
      if (source[at - 1] !== letter) open.push('}');
      at += 1;
    } else if (isQuoted && letter === '\n') return at;
    else if (letter === '"') {
      if (isQuoted) open.pop();
      else open.push('"');
    } else if (!isQuoted && letter === '{') open.push('}');
    else if (!isQuoted && letter === '}') open.pop();
    at += 1;
  }
  return at;
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.offset;
  const text = pattern.exec(cursor.source)?.[0];
  if (text !== undefined) advance(cursor, cursor.offset + text.length);
  return text;
}

function advance(cursor: Cursor, to: number): void {
  for (let at = cursor.offset; at < to; at += 1) {
    if (cursor.source[at] !== '\n') continue;
    cursor.row += 1;
    cursor.lineStart = at + 1;
  }
  cursor.offset = to;
}

function placeOf({ row, offset, lineStart }: Cursor): TokenStart {
  return { row, column: offset - lineStart + 1, offset };
}
