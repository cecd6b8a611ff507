// Safety: puts each body in an order in which every variable has a value when it is needed, and
// reports the variables for which there is none.

import { isLiteralReady, isReady, visitLiteralLocals, visitLocals } from './bound-variables.ts';
import type { ResolvedBranch, ResolvedLiteral, ResolvedTerm } from './resolved-tree.ts';

/** Called for a variable that no order of the body binds. */
type ReportUnsafe = (id: number) => void;

/** Orders all bodies of a branch. */
export function orderBranch(branch: ResolvedBranch, report: ReportUnsafe): ResolvedBranch {
  const bound = new Set<number>();
  const args = branch.args.map((argument) => {
    visitLocals(argument, (id) => bound.add(id));
    return argument;
  });
  const body = orderBody(branch.body, bound, report);
  const settle = (term: ResolvedTerm) => settleTerm(term, bound, report);
  const member = branch.member && settle(branch.member);
  const suffix = branch.suffix.map(settle);
  return { ...branch, args, body, value: settle(branch.value), suffix, member };
}

/** Orders a body; `bound` grows by the variables that the body gives a value. */
function orderBody(
  body: readonly ResolvedLiteral[],
  bound: Set<number>,
  report: ReportUnsafe,
): readonly ResolvedLiteral[] {
  const ordered: ResolvedLiteral[] = [];
  let rest = body;
  while (rest.length > 0) {
    const next = rest.findIndex((literal) => isOrderable(literal, bound));
    const literal = rest[next];
    if (!literal) {
      for (const stuck of rest) reportMissing(stuck, bound, report);
      return [...ordered, ...rest];
    }
    ordered.push(settleLiteral(literal, bound, report));
    rest = rest.filter((_, index) => index !== next);
  }
  return ordered;
}

// A `with` is ready when its own body can be ordered from here.
function isOrderable(literal: ResolvedLiteral, bound: Set<number>): boolean {
  if (!isLiteralReady(literal, bound)) return false;
  if (literal.kind !== 'with') return true;
  let safe = true;
  orderBody(literal.body, new Set(bound), () => {
    safe = false;
  });
  return safe;
}

function reportMissing(
  literal: ResolvedLiteral,
  bound: ReadonlySet<number>,
  report: ReportUnsafe,
): void {
  visitLiteralLocals(literal, (id) => {
    if (!bound.has(id)) report(id);
  });
}

function settleLiteral(
  literal: ResolvedLiteral,
  bound: Set<number>,
  report: ReportUnsafe,
): ResolvedLiteral {
  const settle = (term: ResolvedTerm) => settleTerm(term, bound, report, 'pattern');
  switch (literal.kind) {
    case 'expr': {
      const term = settle(literal.term);
      visitLocals(term, (id) => bound.add(id));
      return { ...literal, term };
    }
    case 'unify': {
      const left = settle(literal.left);
      const right = settle(literal.right);
      for (const term of [left, right]) visitLocals(term, (id) => bound.add(id));
      return { ...literal, left, right };
    }
    case 'some-in': {
      const collection = settle(literal.collection);
      const key = literal.key && settle(literal.key);
      const value = settle(literal.value);
      for (const term of [value, key]) term && visitLocals(term, (id) => bound.add(id));
      return { ...literal, collection, key, value };
    }
    case 'every': {
      const inner = new Set(bound).add(literal.value);
      if (literal.key !== undefined) inner.add(literal.key);
      const collection = settle(literal.collection);
      return { ...literal, collection, body: orderBody(literal.body, inner, report) };
    }
    case 'not':
      return { ...literal, body: orderBody(literal.body, new Set(bound), report) };
    case 'with': {
      const modifiers = literal.modifiers.map((modifier) =>
        modifier.replacement.kind === 'function'
          ? modifier
          : {
              ...modifier,
              replacement: { kind: 'value', term: settle(modifier.replacement.term) } as const,
            },
      );
      return { ...literal, modifiers, body: orderBody(literal.body, bound, report) };
    }
  }
}

// Orders the comprehensions inside a term, and reports variables without a value in a term that is
// no pattern.
function settleTerm(
  term: ResolvedTerm,
  bound: ReadonlySet<number>,
  report: ReportUnsafe,
  role: 'value' | 'pattern' = 'value',
): ResolvedTerm {
  if (role === 'value' && !isReady(term, bound)) {
    visitLocals(term, (id) => {
      if (!bound.has(id)) report(id);
    });
  }
  const settle = (inner: ResolvedTerm) => settleTerm(inner, bound, report, 'pattern');
  switch (term.kind) {
    case 'document':
      return { ...term, path: term.path.map(settle) };
    case 'ref':
      return { ...term, head: settle(term.head), path: term.path.map(settle) };
    case 'array':
    case 'set':
      return { ...term, items: term.items.map(settle) };
    case 'object':
      return { ...term, pairs: term.pairs.map(([a, b]) => [settle(a), settle(b)] as const) };
    case 'call':
      return { ...term, args: term.args.map(settle) };
    case 'comprehension': {
      const inner = new Set(bound);
      const body = orderBody(term.body, inner, report);
      const value = settleTerm(term.value, inner, report);
      const key = term.key && settleTerm(term.key, inner, report);
      return { ...term, body, key, value };
    }
    default:
      return term;
  }
}
