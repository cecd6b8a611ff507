/**
 * The content of an HCL file as JSON, in the form that conftest's policies read: blocks are lists
 * below their type and labels, expressions are texts such as `${var.size}`. Source of the form:
 * hcl2json, which conftest uses.
 */
import type { Json, JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  fail,
  type HclCursor,
  type HclMistake,
  isMark,
  nested,
  openHcl,
  peek,
  put,
  quote,
} from './hcl-cursor.ts';
import type { HclToken } from './lex-hcl.ts';
import { readExpression } from './read-expression.ts';

/** Reads a file. Expressions are not evaluated and not checked for what only Terraform knows. */
export function readValues(source: string): Result<JsonObject, HclMistake> {
  const state = openHcl(source, 0);
  const body = readBody(state);
  if (peek(state).kind !== 'end') fail(state, `unexpected ${quote(peek(state))}`);
  return state.mistake === undefined ? ok(body) : err(state.mistake);
}

/** Reads attributes and blocks up to a `}` or the end, which stays unread. */
function readBody(state: HclCursor): JsonObject {
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

function readBlock(state: HclCursor, first: HclToken, body: Record<string, Json>): void {
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
    if (!isObject(below)) return false;
    put(holder, name, below);
    holder = below;
  }
  const name = path.at(-1) ?? '';
  const before = own(holder, name) ?? [];
  if (!Array.isArray(before)) return false;
  put(holder, name, [...before, content]);
  return true;
}

function own(holder: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
