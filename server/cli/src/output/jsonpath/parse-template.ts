/**
 * Parses templates as in kubectl: text, paths in braces and `range`. A library reads the paths.
 * Sources: https://kubernetes.io/docs/reference/kubectl/jsonpath, RFC 9535
 */
import { err, ok, type Result } from '@novacron/contract/result';
import { JSONPathEnvironment, JSONPathError, type JSONPathQuery } from 'json-p3';

/** Path that starts at the whole value or at the current item (`@`, or inside a range). */
export interface Path {
  readonly from: 'root' | 'current';
  readonly query: JSONPathQuery;
  /** Whether it begins with `.items`. */
  readonly isOfItems: boolean;
}

/** A part of a template. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'range'; readonly path: Path; readonly body: readonly Part[] };

/** Error in a template, and its position: characters from 0. */
export interface TemplateFault {
  readonly at: number;
  readonly message: string;
}

/** A part of a template's text, and its position. */
interface Token {
  readonly kind: 'text' | 'action';
  readonly text: string;
  readonly at: number;
}

/** JSON that servers accept nests less deeply. */
const PATHS = new JSONPathEnvironment({ maxRecursionDepth: 1_000 });

/** Deeper ranges are no template that a person writes. */
const DEPTH_MAX = 16;

const QUOTED = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/;
const TEXT = new RegExp(`^(?:${QUOTED.source})$`);
const TOKEN = new RegExp(`(?<text>[^{]+)|\\{(?<action>(?:${QUOTED.source}|[^'"{}])*)\\}`, 'y');

/** A name after a dot, or a text in quotes, which is left as it is. */
const NAME = new RegExp(
  `${QUOTED.source}|\\.(\\.?)((?:\\\\.|[^.[\\]{}()\\s,'"=!<>|&?*$@:\\\\])+)`,
  'g',
);

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

class TemplateError extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Parses a template. One without braces is a path: `.items[*].name`.
 * Failures: the first fault and its place in the text as given.
 */
export function parseTemplate(text: string): Result<readonly Part[], TemplateFault> {
  try {
    if (!text.includes('{')) return ok([{ kind: 'path', path: parsePath(text, 0) }]);
    return ok(parseParts(tokensOf(text), text.length, 0));
  } catch (cause) {
    if (cause instanceof TemplateError) return err({ at: cause.at, message: cause.message });
    throw cause;
  }
}

function* tokensOf(template: string): Generator<Token, undefined> {
  for (let at = 0; at < template.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(template)?.groups;
    if (groups === undefined)
      throw new TemplateError(at, 'the { has no }; texts in quotes need both quotes');
    const { text, action = '' } = groups;
    yield text === undefined
      ? { kind: 'action', text: action, at: at + 1 }
      : { kind: 'text', text, at };
  }
}

/** Parts up to the end of the template, or of the range that they are in. */
function parseParts(tokens: Generator<Token, undefined>, end: number, depth: number): Part[] {
  const parts: Part[] = [];
  for (let next = tokens.next(); !next.done; next = tokens.next()) {
    const { kind, text, at } = next.value;
    const action = text.trim();
    const range = /^\s*range\s+/.exec(text)?.[0];
    if (kind === 'text') parts.push({ kind, text });
    else if (TEXT.test(action)) parts.push({ kind: 'text', text: unquote(action) });
    else if (action === 'end' && depth > 0) return parts;
    else if (action === 'end') throw new TemplateError(at - 1, '{end} without {range}');
    else if (range === undefined) parts.push({ kind: 'path', path: parsePath(text, at) });
    else {
      if (depth >= DEPTH_MAX) {
        throw new TemplateError(at, `more than ${DEPTH_MAX} ranges inside each other`);
      }
      const path = parsePath(text.slice(range.length), at + range.length);
      parts.push({ kind: 'range', path, body: parseParts(tokens, end, depth + 1) });
    }
  }
  if (depth > 0) throw new TemplateError(end, 'the range has no {end}');
  return parts;
}

/** Unlike a query of RFC 9535, a path needs no `$`, and perhaps no dot, at its beginning. */
function parsePath(text: string, offset: number): Path {
  const path = text.trim();
  const begin = offset + text.indexOf(path);
  if (path === '') throw new TemplateError(begin, 'expected a path, such as .items[*].name');
  const from = path.startsWith('$') ? 'root' : 'current';
  const rest = path === '.' ? '' : path.replace(/^[$@]/, '');
  if (rest.endsWith('.')) {
    throw new TemplateError(begin + path.length, 'expected a name after the dot');
  }
  const steps = /^[^.[]/.test(rest) ? `.${rest}` : rest;
  const shift = begin + path.length - steps.length - 1;
  try {
    // Positions are those of a text of the same length, in which nothing is escaped.
    PATHS.compile(`$${steps.replace(/\\.|\//g, (sign) => '_'.repeat(sign.length))}`);
    const query = PATHS.compile(`$${steps.replace(NAME, quoteName)}`);
    return { from, query, isOfItems: /^\.items\b/.test(steps) };
  } catch (cause) {
    if (!(cause instanceof JSONPathError)) throw cause;
    const message = cause.message.replace(/ \('.*':\d+\)$/s, '');
    throw new TemplateError(cause.token.index + shift, message);
  }
}

/** `\.` is a dot inside of a name; RFC 9535 has it only in quotes, and the slash too. */
function quoteName(all: string, deep?: string, name?: string): string {
  if (name === undefined || !/[\\/]/.test(name)) return all;
  return `${deep === '.' ? '..' : ''}['${name.replaceAll(/\\(.)/g, '$1')}']`;
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => ESCAPES[sign] ?? sign);
}
