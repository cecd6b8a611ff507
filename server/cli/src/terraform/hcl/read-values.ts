/**
 * The content of an HCL file as JSON, in the form that conftest's policies read: blocks are lists
 * below their type and labels, expressions are texts such as `${var.size}`. Source of the form:
 * hcl2json, which conftest uses.
 */
import type { Json, JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { type HclToken, lexHcl, type Place } from './lex-hcl.ts';
import { splitTemplate } from './split-template.ts';

/** Why a file is not HCL, and where. */
export interface HclMistake extends Place {
  readonly message: string;
}

interface State {
  readonly source: string;
  readonly tokens: readonly HclToken[];
  index: number;
  depth: number;
  /** The first one; after it nothing more is read. */
  mistake: HclMistake | undefined;
}

/** Bounds the stack. Unit: values and blocks inside one another. */
const DEPTH_MAX = 100;

/** Reads a file. Expressions are not evaluated and not checked for what only Terraform knows. */
export function readValues(source: string): Result<JsonObject, HclMistake> {
  const state = stateOf(source, 0);
  const body = readBody(state);
  if (peek(state).kind !== 'end') fail(state, `unexpected ${quote(peek(state))}`);
  return state.mistake === undefined ? ok(body) : err(state.mistake);
}

function stateOf(source: string, depth: number): State {
  const tokens = lexHcl(source).filter(({ kind }) => kind !== 'comment');
  return { source, tokens, index: 0, depth, mistake: undefined };
}

/** Reads attributes and blocks up to a `}` or the end, which stays unread. */
function readBody(state: State): JsonObject {
  const body: Record<string, Json> = {};
  const attributes = new Map<string, Json>();
  for (;;) {
    const token = peek(state);
    if (token.kind === 'end' || isMark(token, '}')) break;
    state.index += 1;
    if (token.kind === 'newline') continue;
    if (token.kind !== 'name') {
      fail(state, `expected the name of an attribute or a block, found ${quote(token)}`, token);
    } else if (isMark(peek(state), '=')) {
      state.index += 1;
      if (attributes.has(token.text)) fail(state, `${token.text} is set twice`, token);
      attributes.set(token.text, readExpression(state, 'ends'));
    } else readBlock(state, token, body);
  }
  for (const [name, value] of attributes) put(body, name, value);
  return body;
}

function readBlock(state: State, first: HclToken, body: Record<string, Json>): void {
  const labels: string[] = [];
  for (let next = peek(state); next.kind === 'name' || next.kind === 'string'; next = peek(state)) {
    labels.push(next.kind === 'string' ? next.text.slice(1, -1) : next.text);
    state.index += 1;
  }
  if (!isMark(peek(state), '{')) {
    fail(state, `expected = or { after ${first.text}, found ${quote(peek(state))}`);
    return;
  }
  state.index += 1;
  const content = nested(state, () => readBody(state), {});
  if (!isMark(peek(state), '}')) fail(state, `the block ${first.text} is not closed`, first);
  else state.index += 1;
  if (!addBlock(body, [first.text, ...labels], content)) {
    fail(state, `${first.text} stands with and without labels`, first);
  }
}

/** Adds a block below its type and labels; false where something else is there. */
function addBlock(
  body: Record<string, Json>,
  path: readonly string[],
  content: JsonObject,
): boolean {
  let holder = body;
  for (const name of path.slice(0, -1)) {
    const below = own(holder, name) ?? {};
    if (typeof below !== 'object' || below === null || Array.isArray(below)) return false;
    put(holder, name, below);
    holder = below as Record<string, Json>;
  }
  const name = path.at(-1) ?? '';
  const before = own(holder, name) ?? [];
  if (!Array.isArray(before)) return false;
  put(holder, name, [...before, content]);
  return true;
}

/** Whether a line feed ends an expression, as in a body, or not, as between brackets. */
type LineFeeds = 'ends' | 'continues';

function readExpression(state: State, lineFeeds: LineFeeds): Json {
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

function readTuple(state: State): Json {
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

function readObject(state: State): Json {
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
function readKey(state: State): string {
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
function skipExpression(state: State, lineFeeds: LineFeeds): void {
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

function convert(state: State, tokens: readonly HclToken[]): Json {
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

function readTemplate(state: State, token: HclToken): Json {
  const { text } = token;
  if (text.startsWith('<<')) return textOfParts(state, splitTemplate(linesOf(text), 'heredoc'));
  if (text.length < 2 || !text.endsWith('"')) fail(state, 'this string is not closed', token);
  const parts = splitTemplate(text.slice(1, -1), 'quoted');
  const [only] = parts;
  if (parts.length !== 1 || only?.kind !== 'interpolation') return textOfParts(state, parts);
  // A template of one interpolation is the value itself.
  const inner = stateOf(only.text, state.depth);
  const value = nested(inner, () => readExpression(inner, 'continues'), null);
  if (inner.mistake !== undefined) fail(state, inner.mistake.message, token);
  return value;
}

/** Doubled marks stand for themselves only in a text without interpolations, as in hcl2json. */
function textOfParts(state: State, parts: ReturnType<typeof splitTemplate>): string {
  if (parts.every(({ kind }) => kind === 'text')) {
    return parts.map(({ text }) => text.replace(/([$%])\1\{/g, '$1{')).join('');
  }
  return parts
    .map(({ kind, text }) => {
      if (kind === 'text') return text;
      if (kind === 'directive') return `%{${text}}`;
      const inner = stateOf(text, state.depth);
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

function nested<T>(state: State, read: () => T, otherwise: T): T {
  if (state.depth >= DEPTH_MAX) {
    fail(state, `values are nested more than ${DEPTH_MAX} levels deep`);
    return otherwise;
  }
  state.depth += 1;
  const value = read();
  state.depth -= 1;
  return value;
}

/** Records a mistake and moves to the end, so that every loop stops. */
function fail(state: State, message: string, at: HclToken = peek(state)): void {
  state.mistake ??= { message, row: at.row, column: at.column };
  state.index = state.tokens.length - 1;
}

/** The source of tokens as it is written, without line feeds around it. */
function sourceOf({ source }: State, tokens: readonly HclToken[]): string {
  const [first] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return '';
  return source.slice(first.offset, last.offset + last.text.length).trim();
}

function isEnd(token: HclToken, lineFeeds: LineFeeds): boolean {
  if (token.kind === 'end' || isMark(token, ',') || depthOf(token) < 0) return true;
  return token.kind === 'newline' && lineFeeds === 'ends';
}

function depthOf({ kind, text }: HclToken): number {
  if (kind !== 'mark') return 0;
  if (text === '(' || text === '[' || text === '{') return 1;
  return text === ')' || text === ']' || text === '}' ? -1 : 0;
}

function nextBeyondLines({ tokens, index }: State): HclToken {
  let at = index + 1;
  while (tokens[at]?.kind === 'newline') at += 1;
  return tokens[at] ?? END;
}

/** The next token that is not a line feed; line feeds before it are read. */
function afterLines(state: State): HclToken {
  while (peek(state).kind === 'newline') state.index += 1;
  return peek(state);
}

const END: HclToken = { kind: 'end', text: '', row: 1, column: 1, offset: 0 };

function peek({ tokens, index }: State): HclToken {
  return tokens[index] ?? END;
}

function take(state: State): HclToken {
  const token = peek(state);
  if (token.kind !== 'end') state.index += 1;
  return token;
}

function isMark({ kind, text }: HclToken, mark: string): boolean {
  return kind === 'mark' && text === mark;
}

function quote({ kind, text }: HclToken): string {
  if (kind === 'end') return 'the end of the file';
  return kind === 'newline' ? 'the end of the line' : text;
}

function own(holder: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** Sets a member of any name, `__proto__` as well. */
function put(holder: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(holder, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
