/** Walks over the tokens of an HCL text and records the first mistake. */
import type { Json } from '@novacron/contract/json';
import { type HclToken, lexHcl, type Place } from './lex-hcl.ts';

/** Syntax error in HCL, and its location. */
export interface HclMistake extends Place {
  readonly message: string;
}

/** Position of a reader. */
export interface HclCursor {
  readonly source: string;
  readonly tokens: readonly HclToken[];
  index: number;
  depth: number;
  /** The first one; after it nothing more is read. */
  mistake: HclMistake | undefined;
}

/** Bounds the stack. Unit: values and blocks inside one another. */
const DEPTH_MAX = 100;

/** Begins at the first token; comments are left out. */
export function openHcl(source: string, depth: number): HclCursor {
  const tokens = lexHcl(source).filter(({ kind }) => kind !== 'comment');
  return { source, tokens, index: 0, depth, mistake: undefined };
}

/** Reads what is inside a value or a block; the answer is `otherwise` where that is too deep. */
export function nested<T>(state: HclCursor, read: () => T, otherwise: T): T {
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
export function fail(state: HclCursor, message: string, at: HclToken = peek(state)): void {
  state.mistake ??= { message, row: at.row, column: at.column };
  state.index = state.tokens.length - 1;
}

/** Returns the change in nesting depth: 1 for an opening bracket, -1 for a closing one, else 0. */
export function depthOf({ kind, text }: HclToken): number {
  if (kind !== 'mark') return 0;
  if (text === '(' || text === '[' || text === '{') return 1;
  return text === ')' || text === ']' || text === '}' ? -1 : 0;
}

/** The token behind the next one and the line feeds after it. */
export function nextBeyondLines({ tokens, index }: HclCursor): HclToken {
  let at = index + 1;
  while (tokens[at]?.kind === 'newline') at += 1;
  return tokens[at] ?? END;
}

/** The next token that is not a line feed; line feeds before it are read. */
export function afterLines(state: HclCursor): HclToken {
  while (peek(state).kind === 'newline') state.index += 1;
  return peek(state);
}

const END: HclToken = { kind: 'end', text: '', row: 1, column: 1, offset: 0 };

/** The next token, which stays unread. */
export function peek({ tokens, index }: HclCursor): HclToken {
  return tokens[index] ?? END;
}

/** Reads a token; the end stays. */
export function take(state: HclCursor): HclToken {
  const token = peek(state);
  if (token.kind !== 'end') state.index += 1;
  return token;
}

/** Whether a token is this mark. */
export function isMark({ kind, text }: HclToken, mark: string): boolean {
  return kind === 'mark' && text === mark;
}

/** A token in words, for messages. */
export function quote({ kind, text }: HclToken): string {
  if (kind === 'end') return 'the end of the file';
  return kind === 'newline' ? 'the end of the line' : text;
}

/** Sets a member of any name, `__proto__` as well. */
export function put(holder: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(holder, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
