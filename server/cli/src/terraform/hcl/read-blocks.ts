/** Finds the locations of a configuration's blocks and attributes. Values are not read. */
import { type HclToken, lexHcl, type Place } from './lex-hcl.ts';

/** A block of the top level, such as `resource "novacron_vm" "web"`. */
export interface HclBlock extends Place {
  readonly type: string;
  readonly labels: readonly string[];
  /** Row of its last line. */
  readonly endRow: number;
  /** Start of each attribute by its path: `metadata.tier`, `rules.0.port`. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A comment and where it begins. */
export interface HclComment extends Place {
  readonly text: string;
}

/** Blocks and comments of a file. */
export interface HclFile {
  readonly blocks: readonly HclBlock[];
  readonly comments: readonly HclComment[];
}

interface State {
  readonly tokens: readonly HclToken[];
  index: number;
  depth: number;
}

/** Deeper values are passed over: their attributes have no place of their own. */
const DEPTH_MAX = 50;

/** Reads a file. Of a text with syntax errors it returns the blocks that it can recognize. */
export function readBlocks(source: string): HclFile {
  const all = lexHcl(source);
  const comments = all.filter(({ kind }) => kind === 'comment');
  const state: State = { tokens: all.filter(({ kind }) => kind !== 'comment'), index: 0, depth: 0 };
  const blocks: HclBlock[] = [];
  while (peek(state).kind !== 'end') {
    const block = readBlock(state);
    if (block !== undefined) blocks.push(block);
  }
  return { blocks, comments };
}

function readBlock(state: State): HclBlock | undefined {
  const first = take(state);
  if (first.kind !== 'name') return undefined;
  const labels = readLabels(state);
  if (!isMark(peek(state), '{')) return undefined;
  take(state);
  const places = new Map<string, Place>();
  readBody(state, '', places);
  const last = take(state);
  const { row, column } = first;
  return { type: first.text, labels, row, column, endRow: last.row, places };
}

function readLabels(state: State): readonly string[] {
  const labels: string[] = [];
  for (;;) {
    const { kind, text } = peek(state);
    if (kind !== 'name' && kind !== 'string') return labels;
    labels.push(kind === 'string' ? text.slice(1, -1) : text);
    take(state);
  }
}

/** Reads attributes and blocks up to the `}`, which stays unread. */
function readBody(state: State, above: string, places: Map<string, Place>): void {
  const counts = new Map<string, number>();
  for (;;) {
    const token = peek(state);
    if (token.kind === 'end' || isMark(token, '}')) return;
    take(state);
    if (token.kind !== 'name') continue;
    const path = above + token.text;
    const labels = readLabels(state);
    if (labels.length === 0 && isMark(peek(state), '=')) {
      take(state);
      places.set(path, placeOf(token));
      readValue(state, path, places);
    } else if (isMark(peek(state), '{')) {
      take(state);
      const count = counts.get(path) ?? 0;
      counts.set(path, count + 1);
      if (count === 0) places.set(path, placeOf(token));
      places.set(`${path}.${count}`, placeOf(token));
      // A block that stands once is addressed without its number too.
      const own = new Map<string, Place>();
      nested(state, () => readBody(state, '', own));
      for (const [inner, place] of own) {
        if (count === 0) places.set(`${path}.${inner}`, place);
        places.set(`${path}.${count}.${inner}`, place);
      }
      take(state);
    }
  }
}

/** Reads a value with everything that follows it, to the end of its line or item. */
function readValue(state: State, path: string, places: Map<string, Place>): void {
  const opening = peek(state);
  const next = nextBeyondLines(state);
  const isFor = next.kind === 'name' && next.text === 'for';
  if (isMark(opening, '{') && !isFor) readObject(state, path, places);
  else if (isMark(opening, '[') && !isFor) readTuple(state, path, places);
  skipValue(state);
}

function readObject(state: State, path: string, places: Map<string, Place>): void {
  take(state);
  for (;;) {
    const token = take(state);
    if (token.kind === 'end' || isMark(token, '}')) return;
    const isKey = token.kind === 'name' || token.kind === 'string';
    const after = peek(state);
    if (!isKey || !(isMark(after, '=') || isMark(after, ':'))) continue;
    take(state);
    const key = token.kind === 'string' ? token.text.slice(1, -1) : token.text;
    const inner = `${path}.${key}`;
    places.set(inner, placeOf(token));
    nested(state, () => readValue(state, inner, places));
  }
}

function readTuple(state: State, path: string, places: Map<string, Place>): void {
  take(state);
  for (let item = 0; ; ) {
    const token = peek(state);
    if (token.kind === 'end') return;
    if (isMark(token, ']')) {
      take(state);
      return;
    }
    if (token.kind === 'newline' || isMark(token, ',')) {
      take(state);
      continue;
    }
    const inner = `${path}.${item}`;
    item += 1;
    places.set(inner, placeOf(token));
    const before = state.index;
    nested(state, () => readValue(state, inner, places));
    if (state.index === before) take(state);
  }
}

/** Passes over the rest of a value: to the end of the line, to a comma or a closing bracket. */
function skipValue(state: State): void {
  let depth = 0;
  for (;;) {
    const token = peek(state);
    if (token.kind === 'end') return;
    const isEnd = token.kind === 'newline' || isMark(token, ',') || isCloser(token);
    if (depth === 0 && isEnd) return;
    if (isMark(token, '(') || isMark(token, '[') || isMark(token, '{')) depth += 1;
    if (isCloser(token)) depth -= 1;
    take(state);
  }
}

function nested(state: State, read: () => void): void {
  state.depth += 1;
  if (state.depth <= DEPTH_MAX) read();
  else skipValue(state);
  state.depth -= 1;
}

function nextBeyondLines({ tokens, index }: State): HclToken {
  let at = index + 1;
  while (tokens[at]?.kind === 'newline') at += 1;
  return tokens[at] ?? END;
}

const END: HclToken = { kind: 'end', text: '', row: 1, column: 1, offset: 0 };

function peek({ tokens, index }: State): HclToken {
  return tokens[index] ?? END;
}

function take(state: State): HclToken {
  const token = peek(state);
  state.index += 1;
  return token;
}

function isMark({ kind, text }: HclToken, mark: string): boolean {
  return kind === 'mark' && text === mark;
}

function isCloser(token: HclToken): boolean {
  return isMark(token, ')') || isMark(token, ']') || isMark(token, '}');
}

function placeOf({ row, column }: HclToken): Place {
  return { row, column };
}
