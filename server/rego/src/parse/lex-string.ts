// Quoted strings, raw strings and template strings.

import type { Position } from '../syntax/rego-problem.ts';
import { type Cursor, LexFailure, newLine, type TemplatePart, type Token } from './lex-cursor.ts';

/** Templates may be inside templates this deep. */
const TEMPLATE_DEPTH_MAX = 20;

type StringToken = Omit<Token, 'gap' | 'span'>;
type LexCode = (cursor: Cursor) => readonly Token[];

/** Reads the string that begins at the cursor. Throws `LexFailure`. */
export function lexString(cursor: Cursor, at: Position, lexCode: LexCode): StringToken {
  const { source } = cursor;
  if (source[cursor.offset] !== '$') {
    return { kind: 'string', text: lexPlain(cursor, at), at };
  }
  cursor.offset += 1;
  const quote = source[cursor.offset];
  if (quote !== '"' && quote !== '`') {
    throw new LexFailure('A "$" is only allowed before the quote of a template string.', at);
  }
  cursor.offset += 1;
  return { kind: 'template', text: '', at, parts: lexTemplate(cursor, quote, at, lexCode) };
}

function lexPlain(cursor: Cursor, at: Position): string {
  const { source } = cursor;
  const quote = source[cursor.offset];
  const start = cursor.offset + 1;
  const end = quote === '`' ? source.indexOf('`', start) : quotedEnd(source, start);
  if (end < 0) throw new LexFailure('This string is never closed on its line.', at);
  const raw = source.slice(start, end);
  cursor.offset = start;
  if (quote === '`') {
    skipLines(cursor, end);
    return raw;
  }
  cursor.offset = end + 1;
  return unquote(raw, at);
}

function quotedEnd(source: string, start: number): number {
  for (let i = start; i < source.length; i += 1) {
    const c = source[i];
    if (c === '"') return i;
    if (c === '\n') return -1;
    if (c === '\\') i += 1;
  }
  return -1;
}

function skipLines(cursor: Cursor, end: number): void {
  for (; cursor.offset < end; ) {
    const isBreak = cursor.source[cursor.offset] === '\n';
    cursor.offset += 1;
    if (isBreak) newLine(cursor);
  }
  cursor.offset = end + 1;
}

function unquote(raw: string, at: Position): string {
  try {
    const value: unknown = JSON.parse(`"${raw.replaceAll('\t', '\\t')}"`);
    return String(value);
  } catch {
    const control = [...raw].find((character) => character < ' ' && character !== '\t');
    if (control !== undefined) {
      const code = (control.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
      throw new LexFailure(
        `This string has the control character U+${code.toUpperCase()}; write \\u${code} for it.`,
        at,
      );
    }
    throw new LexFailure(
      'This string has an escape that JSON does not know; write a raw string in `…` instead.',
      at,
    );
  }
}

function lexTemplate(
  cursor: Cursor,
  quote: '"' | '`',
  at: Position,
  lexCode: LexCode,
): readonly TemplatePart[] {
  const { source } = cursor;
  const parts: TemplatePart[] = [];
  let raw = '';
  const flush = () => {
    if (raw !== '') parts.push({ kind: 'text', text: quote === '"' ? unquote(raw, at) : raw });
    raw = '';
  };
  for (;;) {
    const c = source[cursor.offset];
    if (c === undefined || (c === '\n' && quote === '"')) {
      throw new LexFailure('This template string is never closed.', at);
    }
    cursor.offset += 1;
    if (c === '\n') newLine(cursor);
    if (c === quote) break;
    if (c === '{') {
      flush();
      if (cursor.depth >= TEMPLATE_DEPTH_MAX) {
        throw new LexFailure('Templates nest too deep here; name the inner ones.', at);
      }
      cursor.gap = 'blank';
      cursor.depth += 1;
      parts.push({ kind: 'code', tokens: lexCode(cursor) });
      cursor.depth -= 1;
    } else if (c === '\\') {
      const next = source[cursor.offset] ?? '';
      cursor.offset += 1;
      raw += next === '{' || next === '}' ? next : c + next;
      if (next === '\n') newLine(cursor);
    } else raw += c;
  }
  flush();
  return parts;
}
