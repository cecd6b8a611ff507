// Rules: heads in the style of v0 and v1, bodies, `else`.

import type { Literal, Rule, RuleBranch, Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { parseBody, parseLiteral, terms } from './parse-body.ts';
import {
  attempt,
  eat,
  expect,
  fail,
  isFuture,
  isMark,
  isReserved,
  isWord,
  ParseFailure,
  type ParseState,
  peek,
  stringTerm,
  take,
} from './parser-state.ts';

type Head = {
  path: Term[];
  args: readonly Term[] | undefined;
  /** Whether the last part of the path was written in brackets. */
  bracketed: boolean;
};

/** Parses one rule; one with several `{…}` bodies gives several definitions. */
export function parseRule(state: ParseState): readonly Rule[] {
  const { at } = peek(state);
  const isDefault = isWord(state, 'default');
  if (isDefault) take(state);
  const head = parseHead(state);
  if (isDefault) return [parseDefault(state, head, at)];
  if (isContains(state)) return parseSetRules(state, head, at);
  return parseValueRule(state, head, at);
}

// After a head, `contains` is the keyword even if a bracket follows it at once.
function isContains(state: ParseState): boolean {
  const token = peek(state);
  return state.keywords.has('contains') && token.kind === 'name' && token.text === 'contains';
}

function parseHead(state: ParseState): Head {
  const token = peek(state);
  if (token.kind !== 'name' || isReserved(state, token.text)) {
    fail(state, 'The name of a rule was expected here');
  }
  take(state);
  const head: Head = {
    path: [stringTerm(token.text, token.at)],
    args: undefined,
    bracketed: false,
  };
  for (;;) {
    const next = peek(state);
    if (next.kind !== 'mark' || next.gap !== 'none') return head;
    if (eat(state, '.')) {
      const part = peek(state);
      if (part.kind !== 'name') fail(state, 'A name was expected here');
      take(state);
      head.path.push(stringTerm(part.text, part.at));
      head.bracketed = false;
    } else if (eat(state, '[')) {
      head.path.push(terms.term(state));
      expect(state, ']');
      head.bracketed = true;
    } else if (eat(state, '(')) {
      const args = parseArgs(state);
      head.args = args.length > 0 ? args : undefined;
      return head;
    } else return head;
  }
}

function parseArgs(state: ParseState): readonly Term[] {
  const args: Term[] = [];
  while (!isMark(peek(state), ')')) {
    if (args.length > 0 && !eat(state, ',')) fail(state, '"," or ")" was expected here');
    if (args.length > 0 && isMark(peek(state), ')')) break;
    args.push(terms.term(state));
  }
  expect(state, ')');
  return args;
}

function parseDefault(state: ParseState, head: Head, at: Position): Rule {
  const operator = takeOperator(state);
  if (!operator) fail(state, '":=" was expected after the name');
  const value = terms.term(state);
  const branches = [{ value, operator, body: [], at }];
  return { path: head.path, args: head.args, shape: 'default', member: undefined, branches, at };
}

function takeOperator(state: ParseState): RuleBranch['operator'] {
  if (eat(state, ':=')) return ':=';
  return eat(state, '=') ? '=' : undefined;
}

function truthAt(at: Position): Term {
  return { kind: 'scalar', value: true, at };
}

function parseSetRules(state: ParseState, head: Head, at: Position): readonly Rule[] {
  take(state);
  const member = terms.term(state);
  if (head.args) throw new ParseFailure('A function cannot be a set: remove "contains".', at);
  const { body } = parseOptionalBody(state);
  const bodies = body === undefined ? [[]] : [body, ...parseMoreBodies(state)];
  return bodies.map((each): Rule => {
    const branches = [{ value: truthAt(at), operator: undefined, body: each, at }];
    return { path: head.path, args: undefined, shape: 'set', member, branches, at };
  });
}

type OptionalBody = { readonly body: readonly Literal[] | undefined; readonly usedIf: boolean };

function parseOptionalBody(state: ParseState): OptionalBody {
  if (isFuture(state, 'if')) {
    take(state);
    return { body: parseIfBody(state), usedIf: true };
  }
  if (!isMark(peek(state), '{')) return { body: undefined, usedIf: false };
  if (state.version === 'v1') {
    fail(state, 'Version 1 of the language wants "if" before a body; write "if {"');
  }
  return { body: parseBraced(state), usedIf: false };
}

function parseBraced(state: ParseState): readonly Literal[] {
  expect(state, '{');
  const body = parseBody(state, '}');
  expect(state, '}');
  return body;
}

// After `if`, braces are a body if they can be one; otherwise they begin an object or set.
function parseIfBody(state: ParseState): readonly Literal[] {
  if (!isMark(peek(state), '{')) return [parseLiteral(state)];
  const { index, wildcards } = state;
  const literal = attempt(state, () => parseOneLiteral(state));
  const literalEnd = state.index;
  state.index = index;
  state.wildcards = wildcards;
  const startsObject =
    literal?.kind === 'expr' && ['object', 'call', 'comprehension'].includes(literal.term.kind);
  if (!startsObject) return parseBraced(state);
  const body = attempt(state, () => parseBraced(state));
  if (body && state.index >= literalEnd) return body;
  state.index = index;
  return [parseLiteral(state)];
}

function parseOneLiteral(state: ParseState): Literal | undefined {
  const literal = parseLiteral(state);
  const next = peek(state);
  return next.kind === 'end' || next.gap === 'line' ? literal : undefined;
}

function parseValueRule(state: ParseState, head: Head, at: Position): readonly Rule[] {
  const operator = takeOperator(state);
  const hasValue = operator !== undefined;
  const value = hasValue ? terms.term(state) : truthAt(at);
  const { body, usedIf } = parseOptionalBody(state);
  const isSet = !hasValue && !usedIf && !head.args && head.path.length === 2 && head.bracketed;
  checkComplete(state, head, { hasValue, hasBody: body !== undefined, usedIf, isSet }, at);
  const base = { args: head.args, at };
  const member = isSet ? head.path.at(-1) : undefined;
  const path = isSet ? head.path.slice(0, -1) : head.path;
  const make = (branches: readonly RuleBranch[]): Rule =>
    member
      ? { ...base, path, shape: 'set', member, branches }
      : { ...base, path, shape: 'value', member: undefined, branches };
  const rules: Rule[] = [];
  const branches: RuleBranch[] = [{ value, operator, body: body ?? [], at }];
  if (body) {
    for (const extra of parseMoreBodies(state)) {
      rules.push(make([{ value, operator, body: extra, at }]));
    }
  }
  while (isWord(state, 'else')) branches.push(parseElse(state));
  return [make(branches), ...rules];
}

type Seen = { hasValue: boolean; hasBody: boolean; usedIf: boolean; isSet: boolean };

function checkComplete(state: ParseState, head: Head, seen: Seen, at: Position): void {
  // A function without a body holds for its arguments.
  if (seen.hasValue || head.args !== undefined) return;
  if (seen.hasBody && !(seen.isSet && state.version === 'v1')) return;
  if (state.version === 'v1') {
    throw new ParseFailure(
      'This rule has neither a value nor a body; write "name := value", ' +
        '"name if { … }" or "name contains member if { … }".',
      at,
    );
  }
  if (!seen.isSet && head.path.length === 1) {
    throw new ParseFailure('This name stands alone; give it a value or a body in "{ … }".', at);
  }
}

function parseMoreBodies(state: ParseState): readonly (readonly Literal[])[] {
  const bodies: (readonly Literal[])[] = [];
  while (isMark(peek(state), '{')) bodies.push(parseBraced(state));
  return bodies;
}

function parseElse(state: ParseState): RuleBranch {
  const { at } = take(state);
  const operator = takeOperator(state);
  const value = operator ? terms.term(state) : truthAt(at);
  return { value, operator, body: parseOptionalBody(state).body ?? [], at };
}
