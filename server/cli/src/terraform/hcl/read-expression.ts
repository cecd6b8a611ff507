/** The expressions of an HCL text: literal values as JSON, all others as their source. */
import type { Json } from '@novacron/contract/json';
import {
  afterLines,
  depthOf,
  fail,
  type HclCursor,
  isMark,
  nested,
  nextBeyondLines,
  openHcl,
  peek,
  put,
  quote,
  take,
} from './hcl-cursor.ts';
import type { HclToken } from './lex-hcl.ts';
import { splitTemplate } from './split-template.ts';

/** Whether a line feed ends an expression, as in a body, or not, as between brackets. */
type LineFeeds = 'ends' | 'continues';

/** Reads one expression; a mistake is recorded in the cursor. */
export function readExpression(state: HclCursor, lineFeeds: LineFeeds): Json {
  const from = state.index;
  const first = peek(state);
  const isFor = nextBeyondLines(state).text === 'for';
  if (!isFor && (isMark(first, '[') || isMark(first, '{'))) {
    const isTuple = first.text === '[';
    const value = nested(state, () => (isTuple ? readTuple(state) : readObject(state)), null);
    const end = lineFeeds === 'continues' ? afterLines(state) : peek(state);
    if (isEnd(end, lineFeeds)) return value;
  }
  skipExpression(state, lineFeeds);
  return convert(state, state.tokens.slice(from, state.index));
}

function readTuple(state: HclCursor): Json {
  const open = take(state);
  const values: Json[] = [];
  for (;;) {
    const token = afterLines(state);
    if (token.kind === 'end') break;
    if (isMark(token, ']')) {
      state.index += 1;
      return values;
    }
    values.push(readExpression(state, 'continues'));
    if (isMark(afterLines(state), ',')) state.index += 1;
  }
  fail(state, 'this [ is not closed', open);
  return null;
}

function readObject(state: HclCursor): Json {
  const open = take(state);
  const values: Record<string, Json> = {};
  for (;;) {
    const token = afterLines(state);
    if (token.kind === 'end') break;
    if (isMark(token, '}')) {
      state.index += 1;
      return values;
    }
    const key = readKey(state);
    put(values, key, readExpression(state, 'ends'));
    if (isMark(peek(state), ',')) state.index += 1;
  }
  fail(state, 'this { is not closed', open);
  return null;
}

/** Reads a key with the mark behind it. */
function readKey(state: HclCursor): string {
  const from = state.index;
  let depth = 0;
  for (;;) {
    const token = take(state);
    if (token.kind === 'end' || token.kind === 'newline') break;
    if (depth === 0 && (isMark(token, '=') || isMark(token, ':'))) {
      const tokens = state.tokens.slice(from, state.index - 1);
      const value = tokens.every(({ kind, text }) => kind === 'name' || text === '.')
        ? sourceOf(state, tokens)
        : convert(state, tokens);
      return typeof value === 'string' ? value : JSON.stringify(value);
    }
    depth += depthOf(token);
  }
  fail(state, 'expected = or : after the key', state.tokens[from]);
  return '';
}

/** Passes over the rest of an expression. */
function skipExpression(state: HclCursor, lineFeeds: LineFeeds): void {
  let depth = 0;
  for (;;) {
    const token = peek(state);
    if (token.kind === 'end') {
      if (depth > 0) fail(state, 'a bracket is not closed');
      return;
    }
    if (depth === 0 && isEnd(token, lineFeeds)) return;
    depth += depthOf(token);
    state.index += 1;
  }
}

const NUMBER = /^-?\s*\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, Json> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function convert(state: HclCursor, tokens: readonly HclToken[]): Json {
  const source = sourceOf(state, tokens);
  const [first, ...rest] = tokens.filter(({ kind }) => kind !== 'newline');
  if (first === undefined) {
    fail(state, `expected a value, found ${quote(peek(state))}`);
    return null;
  }
  if (first.kind === 'string' && rest.length === 0) return readTemplate(state, first);
  if (WORDS.has(source)) return WORDS.get(source) ?? null;
  if (NUMBER.test(source)) return Number(source.replace(/\s/g, ''));
  if (first.kind === 'mark' && !/^[-!([{\d]/.test(first.text)) {
    fail(state, `expected a value, found ${quote(first)}`, first);
  }
  return `\${${source}}`;
}

function readTemplate(state: HclCursor, token: HclToken): Json {
  const { text } = token;
  if (text.startsWith('<<')) return textOfParts(state, splitTemplate(linesOf(text), 'heredoc'));
  if (text.length < 2 || !text.endsWith('"')) fail(state, 'this string is not closed', token);
  const parts = splitTemplate(text.slice(1, -1), 'quoted');
  const [only] = parts;
  if (parts.length !== 1 || only?.kind !== 'interpolation') return textOfParts(state, parts);
  // A template of one interpolation is the value itself.
  const inner = openHcl(only.text, state.depth);
  const value = nested(inner, () => readExpression(inner, 'continues'), null);
  if (inner.mistake !== undefined) fail(state, inner.mistake.message, token);
  return value;
}

/** Doubled marks stand for themselves only in a text without interpolations, as in hcl2json. */
function textOfParts(state: HclCursor, parts: ReturnType<typeof splitTemplate>): string {
  if (parts.every(({ kind }) => kind === 'text')) {
    return parts.map(({ text }) => text.replace(/([$%])\1\{/g, '$1{')).join('');
  }
  return parts
    .map(({ kind, text }) => {
      if (kind === 'text') return text;
      if (kind === 'directive') return `%{${text}}`;
      const inner = openHcl(text, state.depth);
      const value = nested(inner, () => readExpression(inner, 'continues'), null);
      const isText = typeof value === 'string' && !isComposite(text);
      if (isText) return value;
      return value === null || typeof value === 'object' ? `\${${text}}` : String(value);
    })
    .join('');
}

function isComposite(text: string): boolean {
  return text.startsWith('[') || text.startsWith('{');
}

/** The lines of a heredoc; `<<-` takes off the smallest indentation. */
function linesOf(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const whole = lines.map((line) => `${line}\n`).join('');
  if (!text.startsWith('<<-')) return whole;
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => `${line.slice(indent)}\n`).join('');
}

/** The source of tokens as it is written, without line feeds around it. */
function sourceOf({ source }: HclCursor, tokens: readonly HclToken[]): string {
  const [first] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return '';
  return source.slice(first.offset, last.offset + last.text.length).trim();
}

function isEnd(token: HclToken, lineFeeds: LineFeeds): boolean {
  if (token.kind === 'end' || isMark(token, ',') || depthOf(token) < 0) return true;
  return token.kind === 'newline' && lineFeeds === 'ends';
}
