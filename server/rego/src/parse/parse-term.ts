// Terms: scalars, references, calls, collections, comprehensions and operators.

import type { Literal, TemplatePart, Term, WithModifier } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import type { Token } from './lex-cursor.ts';
import { LEVELS } from './operator-levels.ts';
import {
  attempt,
  eat,
  expect,
  fail,
  isFuture,
  isMark,
  isReserved,
  isWord,
  nested,
  ParseFailure,
  type ParseState,
  peek,
  stringTerm,
  take,
  wildcard,
} from './parser-state.ts';

/** Parsers of bodies inside terms; provided by the body's parser, which needs terms itself. */
type BodyParser = {
  /** The body of a comprehension. */
  readonly body: (state: ParseState, closing: string) => readonly Literal[];
  /** Modifiers that replace input or data in a part of a template. */
  readonly modifiers: (state: ParseState) => readonly WithModifier[];
};

/** The parsers of terms. */
type TermParser = {
  /** A term with operators and `in`. */
  readonly term: (state: ParseState) => Term;
  /** A term with operators, without `in`. */
  readonly relation: (state: ParseState) => Term;
  /** A term without operators. */
  readonly simple: (state: ParseState) => Term;
  /** A term with operators, `in` and `key, value in`: only where no list is being read. */
  readonly membership: (state: ParseState) => Term;
};

/** Makes the parsers of terms around a parser of bodies. */
export function makeTermParser(bodies: BodyParser): TermParser {
  const simple = (state: ParseState): Term => nested(state, () => parseSimple(state, parsers));
  const relation = (state: ParseState): Term => infix(state, 0, simple(state));
  const infix = (state: ParseState, level: number, first: Term): Term => {
    const operators = LEVELS[level];
    if (!operators) return first;
    let left = infix(state, level + 1, first);
    for (;;) {
      const token = peek(state);
      const builtin = token.kind === 'mark' ? operators[token.text] : undefined;
      if (builtin === undefined) return left;
      take(state);
      const args = [left, infix(state, level + 1, simple(state))];
      left = { kind: 'call', name: [builtin], form: 'operator', args, at: left.at };
    }
  };
  const members = (state: ParseState, first: Term): Term => {
    let left = first;
    while (isFuture(state, 'in')) left = memberCall(state, [left]);
    return left;
  };
  const memberCall = (state: ParseState, args: readonly Term[]): Term => {
    const { at } = take(state);
    const name = ['internal', args.length === 1 ? 'member_2' : 'member_3'];
    return { kind: 'call', name, form: 'operator', args: [...args, relation(state)], at };
  };
  const after = (state: ParseState, first: Term): Term => members(state, infix(state, 0, first));
  const term = (state: ParseState): Term => after(state, simple(state));
  const membership = (state: ParseState): Term => {
    const key = relation(state);
    const pair = attempt(state, () => {
      if (!eat(state, ',')) return undefined;
      const value = relation(state);
      return isFuture(state, 'in') ? memberCall(state, [key, value]) : undefined;
    });
    return members(state, pair ?? key);
  };
  const parsers: Parsers = { term, relation, simple, membership, after, ...bodies };
  return parsers;
}

type Parsers = TermParser &
  BodyParser & {
    /** Goes on with the operators after a term's first part. */
    readonly after: (state: ParseState, first: Term) => Term;
  };

function parseSimple(state: ParseState, parsers: Parsers): Term {
  const token = peek(state);
  const { at } = token;
  if (token.kind === 'string') {
    take(state);
    return withPath(state, parsers, stringTerm(token.text, at));
  }
  if (token.kind === 'number') return { kind: 'number', text: take(state).text, at };
  if (token.kind === 'template') return parseTemplate(state, parsers, take(state));
  if (token.kind === 'name') return parseNamed(state, parsers, token);
  if (eat(state, '(')) return parseGroup(state, parsers);
  if (isMark(token, '-')) return parseNegative(state);
  if (eat(state, '[')) return withPath(state, parsers, parseArray(state, parsers, at));
  if (eat(state, '{')) return withPath(state, parsers, parseBraces(state, parsers, at));
  return fail(state, 'A value was expected here');
}

function parseGroup(state: ParseState, parsers: Parsers): Term {
  const inner = parsers.membership(state);
  expect(state, ')');
  return inner;
}

function parseNegative(state: ParseState): Term {
  const { at } = take(state);
  const number = peek(state);
  if (number.kind !== 'number' || number.gap !== 'none') fail(state, 'A number was expected here');
  take(state);
  return { kind: 'number', text: `-${number.text}`, at };
}

function parseNamed(state: ParseState, parsers: Parsers, token: Token): Term {
  const { text, at } = token;
  if (isWord(state, 'null') || isWord(state, 'true') || isWord(state, 'false')) {
    take(state);
    return { kind: 'scalar', value: text === 'null' ? null : text === 'true', at };
  }
  if (isReserved(state, text)) fail(state, 'A value was expected here');
  take(state);
  if (text === 'set' && isMark(peek(state), '(') && isMark(peek(state, 1), ')')) {
    state.index += 2;
    return withPath(state, parsers, { kind: 'set', items: [], at });
  }
  const name = text === '_' ? wildcard(state) : text;
  return withPath(state, parsers, { kind: 'var', name, at });
}

// Everything that may follow a term without a blank: .name, [key] and (arguments).
function withPath(state: ParseState, parsers: Parsers, start: Term): Term {
  let head = start;
  let path: Term[] = [];
  for (;;) {
    const token = peek(state);
    if (token.kind !== 'mark' || token.gap !== 'none') break;
    if (token.text === '.') {
      take(state);
      path.push(takeField(state));
    } else if (token.text === '[') {
      take(state);
      path.push(parsers.term(state));
      expect(state, ']');
    } else if (token.text === '(') {
      take(state);
      head = parseCall(state, parsers, head, path);
      path = [];
    } else break;
  }
  return path.length === 0 ? head : { kind: 'ref', head, path, at: head.at };
}

function takeField(state: ParseState): Term {
  const token = peek(state);
  if (token.kind !== 'name' || token.gap !== 'none') fail(state, 'A name was expected here');
  take(state);
  return stringTerm(token.text, token.at);
}

function parseCall(state: ParseState, parsers: Parsers, head: Term, path: readonly Term[]): Term {
  if (head.kind !== 'var') fail(state, 'Only a name can be called');
  const name = [head.name];
  for (const part of path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') {
      throw new ParseFailure('A called name can only have fixed parts.', part.at);
    }
    name.push(part.value);
  }
  const args = parseList(state, parsers, ')', []);
  return { kind: 'call', name, form: 'named', args, at: head.at };
}

function parseList(
  state: ParseState,
  parsers: Parsers,
  closing: string,
  first: readonly Term[],
): readonly Term[] {
  const items = [...first];
  while (!isMark(peek(state), closing)) {
    if (items.length > 0) {
      if (!eat(state, ',')) fail(state, `"," or "${closing}" was expected here`);
      if (isMark(peek(state), closing)) break;
    }
    items.push(parsers.term(state));
  }
  expect(state, closing);
  return items;
}

// After the first term of a collection: `|` begins a comprehension's body if one can be read up to
// the end of the collection; otherwise it is an operator, as in `[a | b, c]`.
function parseCollection(
  state: ParseState,
  parsers: Parsers,
  comprehension: ComprehensionStart,
  parseItems: () => Term,
): Term {
  const { index, wildcards, depth } = state;
  if (!isMark(peek(state), '|')) return parseItems();
  try {
    const known = state.noBodies.get(index);
    if (known) throw known;
    return parseComprehension(state, parsers, comprehension);
  } catch (cause) {
    if (!(cause instanceof ParseFailure)) throw cause;
    state.noBodies.set(index, cause);
    Object.assign(state, { index, wildcards, depth });
    return withBetterFailure(cause, parseItems);
  }
}

// Of two failures the later one is more specific.
function withBetterFailure(other: ParseFailure, parse: () => Term): Term {
  try {
    return parse();
  } catch (cause) {
    const isFurther =
      cause instanceof ParseFailure &&
      (cause.at.row > other.at.row ||
        (cause.at.row === other.at.row && cause.at.column > other.at.column));
    throw isFurther || !(cause instanceof ParseFailure) ? cause : other;
  }
}

type ComprehensionStart = {
  readonly shape: 'array' | 'set' | 'object';
  readonly key: Term | undefined;
  readonly value: Term;
  readonly at: Position;
};

function parseComprehension(
  state: ParseState,
  parsers: Parsers,
  { shape, key, value, at }: ComprehensionStart,
): Term {
  const closing = shape === 'array' ? ']' : '}';
  expect(state, '|');
  const body = parsers.body(state, closing);
  expect(state, closing);
  return { kind: 'comprehension', shape, key, value, body, at };
}

function parseArray(state: ParseState, parsers: Parsers, at: Position): Term {
  if (eat(state, ']')) return { kind: 'array', items: [], at };
  const value = parsers.simple(state);
  const start = { shape: 'array', key: undefined, value, at } as const;
  return parseCollection(state, parsers, start, () => {
    const first = parsers.after(state, value);
    return { kind: 'array', items: parseList(state, parsers, ']', [first]), at };
  });
}

function parseBraces(state: ParseState, parsers: Parsers, at: Position): Term {
  if (eat(state, '}')) return { kind: 'object', pairs: [], at };
  const value = parsers.simple(state);
  const start = { shape: 'set', key: undefined, value, at } as const;
  return parseCollection(state, parsers, start, () => {
    const first = parsers.after(state, value);
    if (isMark(peek(state), ':')) return parseObject(state, parsers, first, at);
    return { kind: 'set', items: parseList(state, parsers, '}', [first]), at };
  });
}

function parseObject(state: ParseState, parsers: Parsers, key: Term, at: Position): Term {
  expect(state, ':');
  const value = parsers.simple(state);
  const start = { shape: 'object', key, value, at } as const;
  return parseCollection(state, parsers, start, () => {
    const pairs: (readonly [Term, Term])[] = [[key, parsers.after(state, value)]];
    while (eat(state, ',') && !isMark(peek(state), '}')) {
      const next = parsers.term(state);
      expect(state, ':');
      pairs.push([next, parsers.term(state)]);
    }
    if (!eat(state, '}')) fail(state, '"," or "}" was expected here');
    return { kind: 'object', pairs, at };
  });
}

function parseTemplate(state: ParseState, parsers: Parsers, token: Token): Term {
  const parts = (token.parts ?? []).map((part): TemplatePart => {
    if (part.kind === 'text') return stringTerm(part.text, token.at);
    const inner: ParseState = { ...state, tokens: part.tokens, index: 0 };
    const { at } = peek(inner);
    const value = parsers.term(inner);
    const modifiers = parsers.modifiers(inner);
    if (peek(inner).kind !== 'end') fail(inner, '"}" was expected here');
    state.wildcards = inner.wildcards;
    return modifiers.length === 0 ? value : { kind: 'modified', term: value, modifiers, at };
  });
  return { kind: 'template', parts, at: token.at };
}
