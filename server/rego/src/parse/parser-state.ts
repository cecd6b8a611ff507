// The parser's place among the tokens, and the few questions that all its parts ask.

import type { NameAt, Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { hintAtToken } from './language-hints.ts';
import type { Token } from './lex-cursor.ts';

/** The text is not Rego here. */
export class ParseFailure extends Error {
  readonly at: Position;
  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

/** Words that v0 only knows after an import. */
export type FutureKeyword = 'in' | 'every' | 'if' | 'contains';

/** Terms and bodies may nest this deep; beyond it the text is refused, not the machine's stack. */
const NESTING_MAX = 200;

/** The parser's state: the tokens, the place, the words that are keywords. */
export type ParseState = {
  readonly tokens: readonly Token[];
  index: number;
  wildcards: number;
  depth: number;
  readonly keywords: Set<FutureKeyword>;
  /** Becomes true with `import future.keywords.not`. */
  hasWholeNegations: boolean;
  /** Positions at which `|` does not begin a comprehension's body, with the error. */
  readonly noBodies: Map<number, ParseFailure>;
  /** Becomes v1 with `import rego.v1`. */
  version: 'v0' | 'v1';
};

const KEYWORDS: ReadonlySet<string> = new Set([
  'as',
  'default',
  'else',
  'false',
  'import',
  'not',
  'null',
  'package',
  'some',
  'true',
  'with',
]);

/** The token at the cursor. */
export function peek(state: ParseState, ahead = 0): Token {
  const token = state.tokens[state.index + ahead] ?? state.tokens.at(-1);
  if (!token) throw new Error('The lexer always ends with an end token.');
  return token;
}

/** Takes the token at the cursor. */
export function take(state: ParseState): Token {
  const token = peek(state);
  if (token.kind !== 'end') state.index += 1;
  return token;
}

/** Whether the token is this mark. */
export function isMark(token: Token, text: string): boolean {
  return token.kind === 'mark' && token.text === text;
}

/** Takes the mark if it is next. */
export function eat(state: ParseState, text: string): boolean {
  if (!isMark(peek(state), text)) return false;
  state.index += 1;
  return true;
}

/** Takes the mark, which must be next. */
export function expect(state: ParseState, text: string): void {
  if (!eat(state, text)) fail(state, `"${text}" was expected here`);
}

/** Whether the next token is this word, used as a keyword and not as the head of a reference. */
export function isWord(state: ParseState, word: string): boolean {
  const token = peek(state);
  return token.kind === 'name' && token.text === word && !leadsReference(state);
}

/** Whether the next token is this word and the word is a keyword in this module. */
export function isFuture(state: ParseState, word: FutureKeyword): boolean {
  return state.keywords.has(word) && isWord(state, word);
}

// `if.x` is a reference although its first part is a keyword, and `contains(a, b)` is a call.
function leadsReference(state: ParseState): boolean {
  const next = peek(state, 1);
  if (next.gap !== 'none') return false;
  return isMark(next, '.') || (peek(state).text === 'contains' && isMark(next, '('));
}

/** Whether a name is a keyword where it stands. */
export function isReserved(state: ParseState, text: string): boolean {
  if (leadsReference(state)) return false;
  const imported: ReadonlySet<string> = state.keywords;
  return KEYWORDS.has(text) || imported.has(text);
}

/** Takes a name that is not a keyword. */
export function takeName(state: ParseState): NameAt {
  const token = peek(state);
  if (token.kind !== 'name') fail(state, 'A name was expected here');
  if (isReserved(state, token.text)) {
    fail(state, `"${token.text}" is a keyword and cannot be used as a name`);
  }
  state.index += 1;
  return { name: token.text, at: token.at };
}

/** Takes a variable's name; each `_` becomes a variable of its own. */
export function takeVariable(state: ParseState): NameAt {
  const { name, at } = takeName(state);
  return { name: name === '_' ? wildcard(state) : name, at };
}

/** A name for one more `_`. */
export function wildcard(state: ParseState): string {
  state.wildcards += 1;
  return `$${state.wildcards}`;
}

/** Stops: what was expected is not there. */
export function fail(state: ParseState, expectation: string): never {
  const token = peek(state);
  const found = token.kind === 'end' ? 'the end of the text' : describe(token);
  const before = state.tokens[state.index - 1];
  const hint = hintAtToken(before, token, state.tokens[state.index + 1]);
  const message = `${expectation}, but there is ${found}.`;
  throw new ParseFailure(hint === undefined ? message : `${message} ${hint}`, token.at);
}

function describe(token: Token): string {
  if (token.kind === 'string') return 'a string';
  return token.kind === 'template' ? 'a template string' : `"${token.text}"`;
}

/** Runs `parse` one level deeper; refuses text that nests too deep. */
export function nested<T>(state: ParseState, parse: () => T): T {
  if (state.depth >= NESTING_MAX) {
    throw new ParseFailure(
      `This nests deeper than ${NESTING_MAX} levels; split it into several rules.`,
      peek(state).at,
    );
  }
  state.depth += 1;
  try {
    return parse();
  } finally {
    state.depth -= 1;
  }
}

/** Tries `parse`; when it fails or answers undefined, the cursor is back where it was. */
export function attempt<T>(state: ParseState, parse: () => T | undefined): T | undefined {
  const { index, wildcards, depth } = state;
  try {
    const value = parse();
    if (value !== undefined) return value;
  } catch (cause) {
    if (!(cause instanceof ParseFailure)) throw cause;
  }
  state.index = index;
  state.wildcards = wildcards;
  state.depth = depth;
  return undefined;
}

/** A string as a term. */
export function stringTerm(value: string, at: Position): Term {
  return { kind: 'scalar', value, at };
}
