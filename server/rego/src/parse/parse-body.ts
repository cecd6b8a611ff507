// Bodies: lists of literals, separated by line breaks or semicolons.

import type { Literal, NameAt, Term, WithModifier } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { makeTermParser } from './parse-term.ts';
import {
  eat,
  expect,
  fail,
  isFuture,
  isMark,
  isWord,
  nested,
  ParseFailure,
  type ParseState,
  peek,
  take,
  takeVariable,
} from './parser-state.ts';

/** The parsers of terms, tied to the parser of bodies below. */
export const terms = makeTermParser({ body: parseBody, modifiers: parseModifiers });

/** Parses literals up to `closing`, which stays unread; at least one is needed. */
export function parseBody(state: ParseState, closing: string): readonly Literal[] {
  return nested(state, () => {
    const body: Literal[] = [];
    for (;;) {
      while (eat(state, ';'));
      if (isMark(peek(state), closing) || peek(state).kind === 'end') break;
      body.push(parseLiteral(state));
      const next = peek(state);
      const ends = next.kind === 'end' || isMark(next, closing) || isMark(next, ';');
      if (!ends && next.gap !== 'line') {
        fail(state, `A line break, ";" or "${closing}" was expected here`);
      }
    }
    if (body.length === 0) fail(state, 'An expression was expected here');
    return body;
  });
}

/** Parses one literal with its `with` modifiers. */
export function parseLiteral(state: ParseState): Literal {
  const { at } = peek(state);
  const literal = parseBare(state);
  const modifiers = parseModifiers(state);
  return modifiers.length === 0 ? literal : { kind: 'with', literal, modifiers, at };
}

function parseModifiers(state: ParseState): readonly WithModifier[] {
  const modifiers: WithModifier[] = [];
  while (isWord(state, 'with')) modifiers.push(parseModifier(state));
  return modifiers;
}

function parseModifier(state: ParseState): WithModifier {
  const { at } = take(state);
  const target = terms.simple(state);
  if (!isWord(state, 'as')) fail(state, '"as" was expected here');
  take(state);
  return { target, value: terms.term(state), at };
}

function parseBare(state: ParseState): Literal {
  const { at } = peek(state);
  if (isWord(state, 'some')) return parseSome(state);
  if (isFuture(state, 'every')) return parseEvery(state);
  if (isWord(state, 'not')) {
    take(state);
    if (isWord(state, 'some')) fail(state, 'An expression was expected after "not"');
    if (state.hasWholeNegations && eat(state, '{')) return parseNegatedBody(state, at);
    return { kind: 'not', literal: nested(state, () => parseBare(state)), at };
  }
  const left = terms.membership(state);
  if (eat(state, ':=')) return { kind: 'assign', left, right: terms.membership(state), at };
  if (eat(state, '=')) return { kind: 'unify', left, right: terms.membership(state), at };
  return { kind: 'expr', term: left, at };
}

// `not { BODY }` holds where the body never does: `[true | BODY] == []`.
function parseNegatedBody(state: ParseState, at: Position): Literal {
  const body = parseBody(state, '}');
  expect(state, '}');
  const value = { kind: 'scalar', value: true, at } as const;
  const found = { kind: 'comprehension', shape: 'array', key: undefined, value, body, at } as const;
  const args: readonly Term[] = [found, { kind: 'array', items: [], at }];
  return { kind: 'expr', term: { kind: 'call', name: ['equal'], form: 'operator', args, at }, at };
}

function parseSome(state: ParseState): Literal {
  const { at } = take(state);
  const items = [terms.relation(state)];
  while (eat(state, ',')) items.push(terms.relation(state));
  if (!isFuture(state, 'in')) return { kind: 'some', names: items.map(asName), at };
  take(state);
  const [first, second] = items;
  if (!first || items.length > 2) fail(state, 'At most a key and a value can be before "in"');
  const collection = terms.relation(state);
  if (!second) return { kind: 'some-in', key: undefined, value: first, collection, at };
  return { kind: 'some-in', key: first, value: second, collection, at };
}

function asName(term: Term): NameAt {
  if (term.kind === 'var') return { name: term.name, at: term.at };
  throw new ParseFailure('Only variables can be declared with "some".', term.at);
}

function parseEvery(state: ParseState): Literal {
  const { at } = take(state);
  const first = takeVariable(state);
  const second = eat(state, ',') ? takeVariable(state) : undefined;
  if (!isFuture(state, 'in')) fail(state, '"in" was expected here');
  take(state);
  const collection = terms.relation(state);
  expect(state, '{');
  const body = parseBody(state, '}');
  expect(state, '}');
  return {
    kind: 'every',
    key: second ? first : undefined,
    value: second ?? first,
    collection,
    body,
    at,
  };
}
