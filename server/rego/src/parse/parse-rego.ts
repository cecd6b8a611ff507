// Text to AST: the package line, imports, then rules. After a mistake the parser goes on with the
// next line that can begin a rule, so that all mistakes are reported at once.

import type { Import, Module, RegoVersion, Rule } from '../syntax/ast.ts';
import type { RegoProblem, RegoResult } from '../syntax/rego-problem.ts';
import { lex } from './lex.ts';
import { LexFailure, type Token } from './lex-cursor.ts';
import { terms } from './parse-body.ts';
import { parseRule } from './parse-rule.ts';
import {
  type FutureKeyword,
  fail,
  isMark,
  isWord,
  ParseFailure,
  type ParseState,
  peek,
  take,
  takeName,
} from './parser-state.ts';

/** Options for reading a text; `auto` selects v1 if the text is v1, otherwise v0. */
export type ParseRegoOptions = {
  /** The name that problems carry. */
  readonly file: string;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/** A text may have this many characters (1 MiB); policies are written by hand. */
const SOURCE_LENGTH_MAX = 1_048_576;

const FUTURE: readonly FutureKeyword[] = ['in', 'every', 'if', 'contains'];
const PROBLEMS_MAX = 50;

/**
 * Parses one module.
 *
 * @param text - Rego of version 0 or 1
 * @returns the AST, or every `parse-error` that was found
 */
export function parseRego(text: string, options: ParseRegoOptions): RegoResult<Module> {
  const { module, problems } = parseLeniently(text, options);
  return module && problems.length === 0
    ? { ok: true, value: module }
    : { ok: false, error: problems };
}

/** Parsed part of a text, and every `parse-error` of the rest. */
export type LenientModule = {
  /** Undefined where not even its package is known. */
  readonly module: Module | undefined;
  readonly problems: readonly RegoProblem[];
};

/** Parses one module as far as it goes, so that what is right in it can be checked further. */
export function parseLeniently(text: string, options: ParseRegoOptions): LenientModule {
  const { file, regoVersion = 'auto' } = options;
  if (text.length > SOURCE_LENGTH_MAX) return unreadable(text, file, tooLarge(file));
  const tokens = lexSafely(text, file);
  if (!tokens.ok) return unreadable(text, file, tokens.error);
  if (regoVersion !== 'auto') return parseTokens(tokens.value, file, regoVersion);
  const v1 = parseTokens(tokens.value, file, 'v1');
  if (v1.problems.length === 0 && !isStrictlyRefused(tokens.value, v1.module)) return v1;
  const v0 = parseTokens(tokens.value, file, 'v0');
  if (v1.problems.length === 0) return v0.problems.length === 0 ? v0 : v1;
  if (v0.problems.length === 0 || !looksLikeV1(tokens.value)) return v0;
  return v1;
}

// Its package is guessed: what others say of it may be right.
function unreadable(text: string, file: string, problems: readonly RegoProblem[]): LenientModule {
  const name = /^\s*package[ \t]+([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)[ \t]*$/m.exec(text)?.[1];
  if (name === undefined) return { module: undefined, problems };
  const home = name.split('.');
  const module: Module = { file, version: 'v1', package: home, imports: [], rules: [] };
  return { module: { ...module, unread: 'anything' }, problems };
}

/** Whether version 1 refuses what it can parse here and version 0 accepts, as OPA has it. */
function isStrictlyRefused(tokens: readonly Token[], module: Module | undefined): boolean {
  const imports = module?.imports ?? [];
  const isDoubled = new Set(imports.map(({ alias }) => alias)).size < imports.length;
  return (
    isDoubled ||
    tokens.some((token, index) => {
      const next = tokens[index + 1];
      const isDocument = token.text === 'input' || token.text === 'data';
      return isDocument && token.kind === 'name' && next !== undefined && isMark(next, ':=');
    })
  );
}

/** Whether a text is more plausible as v1: it uses `if` or `contains` the way v1's heads do. */
function looksLikeV1(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => {
    if (token.kind !== 'name' || index === 0 || token.gap === 'none') return false;
    const next = tokens[index + 1];
    if (token.text === 'contains') return next !== undefined && next.gap === 'blank';
    if (token.text === 'if') return token.gap === 'blank';
    const previous = tokens[index - 1];
    return token.text === 'rego' && previous?.kind === 'name' && previous.text === 'import';
  });
}

function tooLarge(file: string): readonly RegoProblem[] {
  const message =
    `This text is longer than ${SOURCE_LENGTH_MAX} characters; split it into modules, ` +
    'and give large tables as data.';
  return [{ code: 'too-large', message, file, row: 1, column: 1 }];
}

function lexSafely(text: string, file: string): RegoResult<readonly Token[]> {
  try {
    return { ok: true, value: lex(text) };
  } catch (cause) {
    if (!(cause instanceof LexFailure)) throw cause;
    return { ok: false, error: [parseProblem(cause, file)] };
  }
}

function parseProblem(cause: LexFailure | ParseFailure, file: string): RegoProblem {
  return { code: 'parse-error', message: cause.message, file, ...cause.at };
}

function parseTokens(tokens: readonly Token[], file: string, version: RegoVersion): LenientModule {
  const keywords = new Set(version === 'v1' ? FUTURE : []);
  const state: ParseState = {
    tokens,
    index: 0,
    wildcards: 0,
    depth: 0,
    keywords,
    hasWholeNegations: false,
    noBodies: new Map(),
    version,
  };
  const problems: RegoProblem[] = [];
  const unread = new Set<string>();
  const guarded = <T>(parse: () => T): T | undefined => {
    const begin = state.index;
    try {
      return parse();
    } catch (cause) {
      if (!(cause instanceof ParseFailure)) throw cause;
      if (problems.length < PROBLEMS_MAX) problems.push(parseProblem(cause, file));
      skipToNextRule(state, begin);
      for (const name of namesOfLine(tokens, begin)) unread.add(name);
      return undefined;
    }
  };
  const packagePath = guarded(() => parsePackage(state));
  const imports: Import[] = [];
  const rules: Rule[] = [];
  while (peek(state).kind !== 'end') {
    if (isWord(state, 'import')) {
      const entry = guarded(() => parseImport(state));
      if (entry) imports.push(entry);
    } else rules.push(...(guarded(() => parseSeparatedRule(state)) ?? []));
  }
  if (packagePath === undefined) return { module: undefined, problems };
  const { version: known } = state;
  const own = { file, version: known, package: packagePath, imports, rules };
  const read: Module = state.hasWholeNegations ? { ...own, negations: 'whole' } : own;
  const module = problems.length === 0 ? read : { ...read, unread };
  return { module, problems };
}

/**
 * Returns the names that the line starting at a token may define: the name of a rule, any name of
 * an import.
 */
function namesOfLine(tokens: readonly Token[], begin: number): readonly string[] {
  const end = tokens.findIndex(({ gap }, index) => index > begin && gap === 'line');
  const line = tokens.slice(begin, end < 0 ? undefined : end);
  const [first, ...others] = line.flatMap(({ kind, text }) => (kind === 'name' ? [text] : []));
  if (first === undefined) return [];
  if (first === 'import') return others;
  return first === 'default' ? others.slice(0, 1) : [first];
}

// What is left open takes the next rule for its own: after a blank line it is read again.
function skipToNextRule(state: ParseState, begin: number): void {
  const { tokens, index: failed } = state;
  const next = tokens.findIndex((token, index) => {
    if (index <= begin || !beginsRule(token)) return token.kind === 'end' && index > begin;
    const rowBefore = tokens[index - 1]?.at.row ?? 0;
    return index > failed || token.at.row > rowBefore + 1;
  });
  state.index = next;
}

function beginsRule({ kind, gap, at }: Token): boolean {
  return kind === 'name' && gap === 'line' && at.column === 1;
}

function parseSeparatedRule(state: ParseState): readonly Rule[] {
  while (isMark(peek(state), ';')) take(state);
  if (peek(state).kind === 'end') return [];
  const rules = parseRule(state);
  const next = peek(state);
  if (next.kind !== 'end' && next.gap !== 'line' && !isMark(next, ';')) {
    fail(state, 'A line break was expected after the rule');
  }
  return rules;
}

function parsePackage(state: ParseState): readonly string[] {
  if (!isWord(state, 'package')) fail(state, 'A module begins with "package name"');
  take(state);
  const path = parsePath(state);
  if (peek(state).kind !== 'end' && peek(state).gap !== 'line' && !isMark(peek(state), ';')) {
    fail(state, 'A line break was expected after the package');
  }
  return path;
}

function parsePath(state: ParseState): readonly string[] {
  const term = terms.simple(state);
  const parts = term.kind === 'ref' ? [term.head, ...term.path] : [term];
  return parts.map((part, index) => {
    if (index === 0 && part.kind === 'var') return part.name;
    if (index > 0 && part.kind === 'scalar' && typeof part.value === 'string') return part.value;
    throw new ParseFailure('A path has only fixed names, such as a.b["c"].', part.at);
  });
}

function parseImport(state: ParseState): Import | undefined {
  const { at } = take(state);
  const path = parsePath(state);
  const [root, second] = path;
  if (root === 'future') return importFuture(state, path, at);
  if (root === 'rego') {
    if (second !== 'v1') fail(state, 'Only "import rego.v1" is known');
    for (const word of FUTURE) state.keywords.add(word);
    state.version = 'v1';
    return undefined;
  }
  if (root !== 'data' && root !== 'input') {
    throw new ParseFailure('An import begins with data, input, future.keywords or rego.v1.', at);
  }
  const alias = isWord(state, 'as') ? takeAlias(state) : (path.at(-1) ?? root);
  return { path, alias, at };
}

function takeAlias(state: ParseState): string {
  take(state);
  return takeName(state).name;
}

function importFuture(
  state: ParseState,
  path: readonly string[],
  at: { readonly row: number; readonly column: number },
): undefined {
  const [, second, word] = path;
  if (second === 'keywords' && word === 'not') {
    state.hasWholeNegations = true;
    return undefined;
  }
  const wanted = word === undefined ? FUTURE : FUTURE.filter((known) => known === word);
  if (second !== 'keywords' || wanted.length === 0) {
    throw new ParseFailure(
      'Only future.keywords.in, every, if, contains, not and future.keywords can be imported.',
      at,
    );
  }
  for (const known of wanted) state.keywords.add(known);
  if (word === 'every') state.keywords.add('in');
  return undefined;
}
