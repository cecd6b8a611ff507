// Text of version 0 to text that both versions read alike: `if`, `contains`, `import rego.v1`.

import { lex } from '../parse/lex.ts';
import type { Token } from '../parse/lex-cursor.ts';
import type { Module } from '../syntax/ast.ts';
import { applyEdits, type TextEdit } from '../syntax/text-edit.ts';

/** State of the walk over the tokens within the current statement. */
type Statement = {
  /** Offset of its first token. */
  readonly start: number;
  readonly kind: 'package' | 'import' | 'rule';
  /** Whether `if` was read since its head or its last `else`. */
  hasIf: boolean;
  /** Start of the first body. */
  bodyStart: number | undefined;
  /** Index of the token that ended the last body. */
  bodyEnd: number | undefined;
};

type State = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly edits: TextEdit[];
  /** Rows and columns of rules that add members to a set. */
  readonly sets: ReadonlySet<string>;
  depth: number;
  statement: Statement | undefined;
};

/**
 * Rewrites a module. What the result means has to be compared with the module: names of later
 * keywords may stand in it.
 */
export function toVersion1(text: string, module: Module): string {
  const tokens = lex(text).filter(({ kind }) => kind !== 'end');
  const sets = module.rules.filter(({ shape }) => shape === 'set');
  const state: State = {
    text,
    tokens,
    edits: [],
    sets: new Set(sets.map(({ at }) => keyOf(at))),
    depth: 0,
    statement: undefined,
  };
  for (const index of tokens.keys()) visit(state, index);
  return applyEdits(text, state.edits);
}

function keyOf({ row, column }: Token['at']): string {
  return `${row}:${column}`;
}

function visit(state: State, index: number): void {
  const token = state.tokens[index];
  if (token === undefined) return;
  if (state.depth === 0) {
    if (beginsStatement(state, index)) begin(state, index);
    else visitInside(state, index);
  }
  if (isMark(token, '([{')) state.depth += 1;
  if (isMark(token, ')]}')) {
    state.depth -= 1;
    if (state.depth === 0 && state.statement?.bodyEnd === -1) state.statement.bodyEnd = index;
  }
}

function isMark({ kind, text }: Token, marks: string): boolean {
  return kind === 'mark' && text.length === 1 && marks.includes(text);
}

const OPERATORS: ReadonlySet<string> = new Set(
  ':= = == != < <= > >= + - * / % & | . , :'.split(' '),
);
const JOINING: ReadonlySet<string> = new Set('if in contains as with else'.split(' '));

function beginsStatement({ tokens, statement }: State, index: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  if (token === undefined || before === undefined) return true;
  if (before.kind === 'mark' && before.text === ';') return true;
  if (token.gap !== 'line' || token.kind !== 'name') return false;
  // The path of an import may end with a keyword.
  if (statement?.kind !== 'rule') return true;
  if (JOINING.has(token.text)) return false;
  return !(before.kind === 'mark' && OPERATORS.has(before.text)) && !isJoining(before);
}

function isJoining({ kind, text }: Token): boolean {
  return kind === 'name' && JOINING.has(text);
}

function begin(state: State, index: number): void {
  const token = state.tokens[index];
  if (token === undefined) return;
  const kind = token.text === 'package' || token.text === 'import' ? token.text : 'rule';
  const start = token.span[0];
  state.statement = { start, kind, hasIf: false, bodyStart: undefined, bodyEnd: undefined };
  if (kind === 'package') addImport(state, index);
  if (kind === 'import') removeKeywords(state, index);
  if (kind === 'rule' && state.sets.has(keyOf(token.at))) writeContains(state, index);
}

/** Behind the line of the package. */
function addImport({ text, tokens, edits }: State, index: number): void {
  const next = tokens.findIndex((token, at) => at > index && token.gap === 'line');
  const last = tokens[(next < 0 ? tokens.length : next) - 1];
  const line = text.indexOf('\n', last?.span[1] ?? text.length);
  const at = line < 0 ? text.length : line;
  edits.push({ start: at, end: at, text: '\n\nimport rego.v1\n' });
}

/** Keywords that version 1 has by itself; `not` is none of them. */
function removeKeywords({ tokens, edits }: State, index: number): void {
  const [word, root, , name, , keyword] = tokens.slice(index, index + 6);
  const isOwn = root?.text === 'rego' && name?.text === 'v1';
  const isFuture = root?.text === 'future' && name?.text === 'keywords';
  if (!(isOwn || isFuture) || word === undefined) return;
  const hasKeyword = isFuture && keyword?.kind === 'name' && keyword.gap === 'none';
  if (hasKeyword && keyword.text === 'not') return;
  const end = (hasKeyword ? keyword : name)?.span[1] ?? word.span[1];
  edits.push({ start: word.span[0], end, text: '' });
}

/** `p[x] {` becomes `p contains x {`. */
function writeContains({ tokens, edits }: State, index: number): void {
  let depth = 0;
  let opener: Token | undefined;
  for (const [offset, token] of tokens.slice(index).entries()) {
    if (offset > 0 && depth === 0 && (token.gap !== 'none' || isMark(token, '{'))) return;
    if (depth === 0 && isMark(token, '[')) opener = token;
    if (isMark(token, '([{')) depth += 1;
    if (!isMark(token, ')]}')) continue;
    depth -= 1;
    const next = tokens[index + offset + 1];
    const goesOn = next?.gap === 'none' && next.kind === 'mark' && '.['.includes(next.text);
    if (depth > 0 || opener === undefined || goesOn) continue;
    edits.push({ start: opener.span[0], end: opener.span[1], text: ' contains ' });
    edits.push({ start: token.span[0], end: token.span[1], text: '' });
    return;
  }
}

function visitInside(state: State, index: number): void {
  const { statement, tokens } = state;
  const token = tokens[index];
  const before = tokens[index - 1];
  if (statement?.kind !== 'rule' || token === undefined || before === undefined) return;
  if (token.kind === 'name' && token.text === 'if') statement.hasIf = true;
  if (token.kind === 'name' && token.text === 'else') statement.hasIf = false;
  if (!isMark(token, '{') || statement.hasIf) return;
  const isValue = before.kind === 'mark' && !isMark(before, ')]}');
  if (isValue || (isJoining(before) && before.text !== 'else')) return;
  writeIf(state, statement, index);
}

function writeIf({ text, edits, tokens }: State, statement: Statement, index: number): void {
  const at = tokens[index]?.span[0] ?? 0;
  const isFurther = statement.bodyEnd === index - 1;
  // A further body of a rule is a rule of its own.
  const head =
    isFurther && statement.bodyStart !== undefined
      ? `\n\n${headOf(text, edits, statement.start, statement.bodyStart)}`
      : '';
  edits.push({ start: at, end: at, text: `${head} if ` });
  statement.bodyStart ??= at;
  statement.bodyEnd = -1;
}

function headOf(text: string, edits: readonly TextEdit[], start: number, end: number): string {
  const own = edits
    .filter((edit) => edit.start >= start && edit.end <= end && edit.start < end)
    .map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  return applyEdits(text.slice(start, end), own).trim();
}
