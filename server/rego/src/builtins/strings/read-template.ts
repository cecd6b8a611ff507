// Reads templates of Go's text/template: text, and actions between {{ and }}.

import { exceed, fail } from '../host/host-builtin.ts';

/** Operand of a command. */
export type Operand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'boolean'; readonly holds: boolean }
  | { readonly kind: 'nil' }
  | { readonly kind: 'function'; readonly name: string }
  /** `.`, `$`, `$x` or a pipeline in parentheses, and the members that are taken of it. */
  | { readonly kind: 'path'; readonly of: '.' | Pipeline | string; readonly path: Path };
type Path = readonly string[];

/** Commands, each of which gives its value to the next one; `names` are the variables it sets. */
export type Pipeline = {
  readonly names: readonly string[];
  readonly isNew: boolean;
  readonly commands: readonly (readonly Operand[])[];
};

/** A part of a template. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'show'; readonly pipeline: Pipeline }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | Branch<'if' | 'with'>
  | Branch<'range'>;

/** A part of which one half is shown, or in a loop the first half several times. */
export type Branch<Kind extends 'if' | 'with' | 'range'> = {
  readonly kind: Kind;
  readonly pipeline: Pipeline;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
};

type Piece = { readonly kind: 'text' | 'action'; readonly text: string };
type Token = { readonly kind: string; readonly text: string };
type Cursor = { readonly peek: () => Token | undefined; readonly next: () => Token };

/** Actions may nest this deep. */
const DEPTH_MAX = 100;
const TOKENS = {
  string: /"(?:[^"\\\n]|\\.)*"|`[^`]*`/,
  letter: /'(?:[^'\\]|\\.)[^']*'/,
  number: /[-+]?\d[\w.+-]*/,
  path: /(?:\$\w*)?(?:\.\w+)+|\$\w*|\./,
  word: /[A-Za-z_]\w*/,
  mark: /:=|[=|(),]/,
};
const KINDS = Object.keys(TOKENS);
const TOKEN = new RegExp(
  `\\s*(?:${Object.values(TOKENS)
    .map(({ source }) => `(${source})`)
    .join('|')})`,
  'y',
);

/** Reads a template. Fails when it is none. */
export function readTemplate(text: string): readonly TemplateNode[] {
  const pieces = splitPieces(text);
  const { nodes, end } = readNodes(pieces, 0);
  if (end !== undefined) return fail(`template: unexpected {{${end}}}`);
  return nodes;
}

// "{{- " and " -}}" take the blanks beside them away; comments show nothing.
function splitPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let isTrimmed = false;
  const addText = (end: number, isCut: boolean) => {
    let piece = text.slice(at, end);
    if (isTrimmed) piece = piece.trimStart();
    if (isCut) piece = piece.trimEnd();
    if (piece !== '') pieces.push({ kind: 'text', text: piece });
  };
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    const isCut = /^-\s/.test(text.slice(open + 2, open + 4));
    addText(open, isCut);
    const close = closingIndex(text, open + 2);
    const inner = text.slice(open + 2 + (isCut ? 1 : 0), close);
    isTrimmed = /\s-$/.test(inner);
    const action = (isTrimmed ? inner.slice(0, -1) : inner).trim();
    if (!/^\/\*[\s\S]*\*\/$/.test(action)) pieces.push({ kind: 'action', text: action });
    at = close + 2;
  }
  addText(text.length, false);
  return pieces.reverse();
}

function closingIndex(text: string, from: number): number {
  const part = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/g;
  part.lastIndex = from;
  for (let found = part.exec(text); found; found = part.exec(text)) {
    if (found[0] === '}}') return found.index;
  }
  return fail('template: unclosed action');
}

type Nodes = { readonly nodes: readonly TemplateNode[]; readonly end: string | undefined };

// Pieces are taken from the end of the list; `end` is the action that ends these nodes.
function readNodes(pieces: Piece[], depth: number): Nodes {
  if (depth > DEPTH_MAX) return exceed(`a template has more than ${DEPTH_MAX} levels of actions`);
  const nodes: TemplateNode[] = [];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    if (piece.kind === 'text') {
      nodes.push({ kind: 'text', text: piece.text });
      continue;
    }
    const [word = ''] = /^\w*/.exec(piece.text) ?? [];
    const rest = piece.text.slice(word.length);
    if (word === 'end' || word === 'else') return { nodes, end: piece.text };
    if (word === 'if' || word === 'with' || word === 'range') {
      nodes.push(readBranch(word, rest, pieces, depth));
    } else if (word === 'break' || word === 'continue') nodes.push({ kind: word });
    else if (['define', 'template', 'block'].includes(word)) {
      return fail(`template: {{${word}}} is not supported`);
    } else nodes.push({ kind: 'show', pipeline: readPipeline(piece.text) });
  }
  return { nodes, end: undefined };
}

function readBranch(
  kind: 'if' | 'with' | 'range',
  text: string,
  pieces: Piece[],
  depth: number,
): TemplateNode {
  const pipeline = readPipeline(text);
  const body = readNodes(pieces, depth + 1);
  if (body.end === undefined) return fail('template: unexpected EOF');
  if (body.end === 'end') return { kind, pipeline, body: body.nodes, otherwise: [] };
  const [, again, condition = ''] = /^else\s+(if|with)\b(.*)$/s.exec(body.end) ?? [];
  if (again === 'if' || again === 'with') {
    const otherwise = [readBranch(again, condition, pieces, depth + 1)];
    return { kind, pipeline, body: body.nodes, otherwise };
  }
  const otherwise = readNodes(pieces, depth + 1);
  if (otherwise.end !== 'end' || body.end !== 'else') return fail('template: unexpected {{else}}');
  return { kind, pipeline, body: body.nodes, otherwise: otherwise.nodes };
}

function readPipeline(text: string): Pipeline {
  const tokens = [...tokensOf(text)].reverse();
  const cursor: Cursor = {
    peek: () => tokens.at(-1),
    next: () => tokens.pop() ?? fail('template: an action ends too early'),
  };
  const pipeline = takePipeline(cursor, 0);
  const left = cursor.peek();
  return left === undefined ? pipeline : fail(`template: unexpected "${left.text}" in an action`);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const whole = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(whole);
    if (!found) return fail(`template: unexpected "${whole.slice(from, from + 10)}" in an action`);
    const index = found.slice(1).findIndex((part) => part !== undefined);
    tokens.push({ kind: KINDS[index] ?? '', text: found[index + 1] ?? '' });
  }
  return tokens;
}

function takePipeline(cursor: Cursor, depth: number): Pipeline {
  if (depth > DEPTH_MAX) return exceed(`an action nests deeper than ${DEPTH_MAX} levels`);
  const commands = [takeCommand(cursor, depth)];
  const names: string[] = [];
  let isNew = false;
  while (cursor.peek()?.text === ',') {
    names.push(variableOf(commands.pop()));
    cursor.next();
    commands.push(takeCommand(cursor, depth));
  }
  if (cursor.peek()?.text === ':=' || cursor.peek()?.text === '=') {
    names.push(variableOf(commands.pop()));
    isNew = cursor.next().text === ':=';
    commands.push(takeCommand(cursor, depth));
  }
  while (cursor.peek()?.text === '|') {
    cursor.next();
    commands.push(takeCommand(cursor, depth));
  }
  return { names, isNew, commands };
}

function variableOf(command: readonly Operand[] | undefined): string {
  const [only, ...others] = command ?? [];
  const isOne = only?.kind === 'path' && others.length === 0 && only.path.length === 0;
  if (isOne && typeof only.of === 'string' && only.of.length > 1) return only.of;
  return fail('template: only a variable can be set');
}

function takeCommand(cursor: Cursor, depth: number): readonly Operand[] {
  const operands: Operand[] = [];
  for (let token = cursor.peek(); token; token = cursor.peek()) {
    if (token.kind === 'mark' && token.text !== '(') break;
    operands.push(takeOperand(cursor, depth));
  }
  return operands.length > 0 ? operands : fail('template: missing value for an action');
}

const NAMED: ReadonlyMap<string, Operand> = new Map([
  ['true', { kind: 'boolean', holds: true }],
  ['false', { kind: 'boolean', holds: false }],
  ['nil', { kind: 'nil' }],
]);

function takeOperand(cursor: Cursor, depth: number): Operand {
  const { kind, text } = cursor.next();
  if (kind === 'string') return { kind: 'text', text: unquote(text) };
  if (kind === 'letter') return { kind: 'number', number: letterOf(text) };
  if (kind === 'number') return { kind: 'number', number: numberOf(text) };
  if (kind === 'word') return NAMED.get(text) ?? { kind: 'function', name: text };
  if (kind === 'path') return pathOf(text);
  const of = takePipeline(cursor, depth + 1);
  if (cursor.next().text !== ')') return fail('template: unclosed left paren');
  const after = cursor.peek();
  if (after?.kind !== 'path' || !after.text.startsWith('.') || after.text === '.') {
    return { kind: 'path', of, path: [] };
  }
  return { kind: 'path', of, path: cursor.next().text.slice(1).split('.') };
}

function pathOf(text: string): Operand {
  if (text === '.') return { kind: 'path', of: '.', path: [] };
  const [of = '', ...path] = text.split('.');
  if (of !== '' && !of.startsWith('$')) return fail(`template: unexpected "${text}" in an action`);
  return { kind: 'path', of: of === '' ? '.' : of, path };
}

function numberOf(text: string): number {
  const number = Number(text.replace(/_/g, '').replace(/^\+/, ''));
  return Number.isFinite(number) ? number : fail(`template: bad number "${text}"`);
}

function letterOf(text: string): number {
  const letters = [...unquote(`"${text.slice(1, -1)}"`)];
  return letters.length === 1
    ? (letters[0]?.codePointAt(0) ?? 0)
    : fail(`template: malformed character constant ${text}`);
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const plain = text
    .slice(1, -1)
    .replace(/\\(x..|[0-7]{3}|U.{8}|u.{4}|.)/g, (_, code: string) => escapeOf(code));
  return plain;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function escapeOf(code: string): string {
  const known = ESCAPES[code];
  if (known !== undefined) return known;
  const isOctal = /^[0-7]{3}$/.test(code);
  const point = isOctal ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
  return point >= 0 && point <= 0x10ffff
    ? String.fromCodePoint(point)
    : fail('template: bad escape in a string');
}
