// Text to tokens. Blanks are not tokens, but each token knows what came before it, because a
// reference may not contain blanks and lines separate expressions.

import { hintAtCharacter } from './language-hints.ts';
import { type Cursor, LexFailure, newLine, position, type Token } from './lex-cursor.ts';
import { lexString } from './lex-string.ts';

const NUMBER = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const MARK = /:=|==|!=|<=|>=|[-+*/%&|<>=()[\]{},;:.]/y;

/** Splits a text into tokens, the last of kind `end`. Throws `LexFailure`. */
export function lex(source: string): readonly Token[] {
  const cursor: Cursor = { source, offset: 0, row: 1, lineStart: 0, gap: 'line', depth: 0 };
  const tokens = lexUntil(cursor, undefined);
  const { length } = source;
  tokens.push({ kind: 'end', text: '', gap: 'line', at: position(cursor), span: [length, length] });
  return tokens;
}

/** Reads tokens to the end of the text, or through the `}` that closes a template's expression. */
function lexUntil(cursor: Cursor, closing: '}' | undefined): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (;;) {
    skipBlanks(cursor);
    if (cursor.offset >= cursor.source.length) {
      if (closing)
        throw new LexFailure('This template expression is never closed.', position(cursor));
      return tokens;
    }
    const token = lexToken(cursor);
    if (closing && token.kind === 'mark') {
      if (token.text === '{') depth += 1;
      if (token.text === '}') {
        if (depth === 0) {
          tokens.push({ ...token, kind: 'end', text: '', gap: 'blank' });
          return tokens;
        }
        depth -= 1;
      }
    }
    tokens.push(token);
    cursor.gap = 'none';
  }
}

function skipBlanks(cursor: Cursor): void {
  const { source } = cursor;
  for (; cursor.offset < source.length; ) {
    const c = source[cursor.offset];
    if (c === '#') {
      while (cursor.offset < source.length && source[cursor.offset] !== '\n') cursor.offset += 1;
    } else if (c === '\n') {
      cursor.offset += 1;
      newLine(cursor);
      cursor.gap = 'line';
    } else if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\uFEFF') {
      cursor.offset += 1;
      if (cursor.gap === 'none') cursor.gap = 'blank';
    } else return;
  }
}

function lexToken(cursor: Cursor): Token {
  const { source, gap } = cursor;
  const at = position(cursor);
  const start = cursor.offset;
  const c = source[start];
  if (c === '"' || c === '`' || c === '$') {
    const token = lexString(cursor, at, (inner) => lexUntil(inner, '}'));
    return { ...token, gap, span: [start, cursor.offset] };
  }
  for (const [kind, pattern] of [
    ['name', NAME],
    ['number', NUMBER],
    ['mark', MARK],
  ] as const) {
    pattern.lastIndex = cursor.offset;
    const text = pattern.exec(source)?.[0];
    if (text === undefined) continue;
    cursor.offset += text.length;
    if (kind === 'number' && /[A-Za-z0-9_]/.test(source[cursor.offset] ?? '')) {
      throw new LexFailure(`"${text}${source[cursor.offset]}" is not a number.`, at);
    }
    return { kind, text, gap, at, span: [start, cursor.offset] };
  }
  throw new LexFailure(describeStray(source.codePointAt(cursor.offset) ?? 0), at);
}

/** Character that may be mistaken for ASCII: none of these has a meaning in Rego. */
const STRAY = /[^\x21-\x7e]/u;

function describeStray(code: number): string {
  const character = String.fromCodePoint(code);
  if (!STRAY.test(character)) {
    const hint = hintAtCharacter(character);
    const message = `The character ${JSON.stringify(character)} has no meaning here.`;
    return hint === undefined ? message : `${message} ${hint}`;
  }
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  // What cannot be seen, or turns the text around, is not shown.
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (${name})` : name;
  return (
    `The character ${shown} has no meaning here; outside of strings and comments a policy is ` +
    'ASCII, and letters of other scripts may look the same.'
  );
}
