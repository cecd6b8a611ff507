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

/** How to read a text; `auto` takes v1 if the text is v1, otherwise v0. */
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
  const version = options.regoVersion ?? 'auto';
  if (text.length > SOURCE_LENGTH_MAX) return tooLarge(options.file);
  const tokens = lexSafely(text, options.file);
  if (!tokens.ok) return tokens;
  if (version !== 'auto') return parseTokens(tokens.value, options.file, version);
  const v1 = parseTokens(tokens.value, options.file, 'v1');
  if (v1.ok) return v1;
  const v0 = parseTokens(tokens.value, options.file, 'v0');
  if (v0.ok || !looksLikeV1(tokens.value)) return v0;
  return v1;
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

function tooLarge(file: string): RegoResult<never> {
  const message =
    `This text is longer than ${SOURCE_LENGTH_MAX} characters; split it into modules, ` +
    'and give large tables as data.';
  return { ok: false, error: [{ code: 'too-large', message, file, row: 1, column: 1 }] };
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

function parseTokens(
  tokens: readonly Token[],
  file: string,
  version: RegoVersion,
): RegoResult<Module> {
  const keywords = new Set(version === 'v1' ? FUTURE : []);
  const state: ParseState = {
    tokens,
    index: 0,
    wildcards: 0,
    depth: 0,
    keywords,
    noBodies: new Map(),
    version,
  };
  const problems: RegoProblem[] = [];
  const guarded = <T>(parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (cause) {
      if (!(cause instanceof ParseFailure)) throw cause;
      if (problems.length < PROBLEMS_MAX) problems.push(parseProblem(cause, file));
      skipToNextRule(state);
      return undefined;
    }
  };
  const packagePath = guarded(() => parsePackage(state)) ?? [];
  const imports: Import[] = [];
  const rules: Rule[] = [];
  while (peek(state).kind !== 'end') {
    if (isWord(state, 'import')) {
      const entry = guarded(() => parseImport(state));
      if (entry) imports.push(entry);
    } else rules.push(...(guarded(() => parseSeparatedRule(state)) ?? []));
  }
  if (problems.length > 0) return { ok: false, error: problems };
  const value = {
    file,
    version: state.version,
    package: packagePath,
    imports,
    rules,
  } as const;
  return { ok: true, value };
}

function skipToNextRule(state: ParseState): void {
  take(state);
  for (;;) {
    const token = peek(state);
    if (token.kind === 'end') return;
    if (token.kind === 'name' && token.gap === 'line' && token.at.column === 1) return;
    take(state);
  }
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
  const wanted = word === undefined ? FUTURE : FUTURE.filter((known) => known === word);
  if (second !== 'keywords' || wanted.length === 0) {
    throw new ParseFailure(
      'Only future.keywords.in, every, if, contains and future.keywords can be imported.',
      at,
    );
  }
  for (const known of wanted) state.keywords.add(known);
  if (word === 'every') state.keywords.add('in');
  return undefined;
}
