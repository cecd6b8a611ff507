/** The parts of a template, such as `web-${var.env}`. Source: HCL's template sub-language. */

/** Text with its escapes resolved, or what is between `${` and `}`, or between `%{` and `}`. */
export interface TemplatePart {
  readonly kind: 'text' | 'interpolation' | 'directive';
  readonly text: string;
}

const ESCAPE = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/y;
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const MARK = /([$%])\{(~?)/y;
const DOUBLED = /\$\$\{|%%\{/y;

/**
 * Splits the text of a string between its quotes, or the lines of a heredoc.
 * @param escapes - `quoted`: a backslash escapes, as between quotes
 */
export function splitTemplate(
  source: string,
  escapes: 'quoted' | 'heredoc',
): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let at = 0;
  let isTrimming = false;
  const flush = (isTrimmed: boolean) => {
    const kept = isTrimmed ? text.trimEnd() : text;
    if (kept !== '') parts.push({ kind: 'text', text: kept });
    text = '';
  };
  while (at < source.length) {
    const read = readPiece(source, at, escapes);
    at = read.end;
    if (read.kind === 'text') {
      text += isTrimming ? read.text.trimStart() : read.text;
      if (text !== '') isTrimming = false;
      continue;
    }
    flush(read.trims === 'before' || read.trims === 'both');
    parts.push({ kind: read.kind, text: read.text });
    isTrimming = read.trims === 'after' || read.trims === 'both';
  }
  flush(false);
  return parts;
}

interface Piece extends TemplatePart {
  readonly end: number;
  readonly trims?: 'before' | 'after' | 'both' | 'nothing';
}

function readPiece(source: string, at: number, escapes: 'quoted' | 'heredoc'): Piece {
  const doubled = matchAt(DOUBLED, source, at);
  if (doubled !== undefined) return { kind: 'text', text: doubled[0], end: at + 3 };
  const mark = matchAt(MARK, source, at);
  if (mark !== undefined) return readMarked(source, at, mark);
  const escaped = escapes === 'quoted' ? matchAt(ESCAPE, source, at) : undefined;
  if (escaped === undefined) return { kind: 'text', text: source[at] ?? '', end: at + 1 };
  const [whole, short, long, letter = ''] = escaped;
  const code = short ?? long;
  const text = code === undefined ? (LETTERS[letter] ?? letter) : textOfCode(code);
  return { kind: 'text', text, end: at + whole.length };
}

function textOfCode(code: string): string {
  const point = Number.parseInt(code, 16);
  return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
}

function readMarked(source: string, at: number, mark: RegExpExecArray): Piece {
  const start = at + mark[0].length;
  const close = closeOf(source, start);
  const before = mark[2] === '~';
  const after = source[close - 1] === '~' && close > start;
  const trims = before && after ? 'both' : before ? 'before' : after ? 'after' : 'nothing';
  return {
    kind: mark[1] === '$' ? 'interpolation' : 'directive',
    text: source.slice(start, after ? close - 1 : close).trim(),
    end: close + 1,
    trims,
  };
}

/** Returns the position of the closing `}`; strings inside have templates of their own. */
function closeOf(source: string, start: number): number {
  const open: ('"' | '}')[] = ['}'];
  let at = start;
  for (; at < source.length; at += 1) {
    const letter = source[at];
    if (open.at(-1) === '"') {
      if (letter === '\\') at += 1;
      else if (letter === '"') open.pop();
      else if ((letter === '$' || letter === '%') && source[at + 1] === '{') {
        open.push('}');
        at += 1;
      }
      continue;
    }
    if (letter === '"') open.push('"');
    else if (letter === '{') open.push('}');
    else if (letter === '}') open.pop();
    if (open.length === 0) return at;
  }
  return at;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}
