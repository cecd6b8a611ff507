// What a program that explains itself reports besides the lines it reaches: which of them held, and
// the values in them.

import { visitLiteralLocals } from '../check/bound-variables.ts';
import type { LocalVariable, ResolvedLiteral, ResolvedTerm } from '../check/resolved-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { hasUnbound } from './has-unbound.ts';
import { emitNote, inBlock, isExplained, type Planner, type Use } from './planner.ts';

/**
 * Plans a literal with notes: the variables that have a value before it, that it held, that it is
 * done with. Where a block ends, so does what is planned in it, as where the literal fails.
 */
export function explainLiteral(
  planner: Planner,
  literal: ResolvedLiteral,
  plan: (next: () => void) => void,
  next: () => void,
): void {
  const { at } = literal;
  // What stands before `with` begins where the whole begins.
  const place = literal.kind === 'with' ? { at, name: 'with' } : { at };
  emitNote(planner, { kind: 'literal', ...place });
  visitLiteralLocals(literal, (id) => {
    const name = nameOfLocal(planner.locals[id]);
    const value = planner.bound.get(id);
    if (name !== undefined && value) emitNote(planner, { kind: 'value', at, name }, value);
  });
  inBlock(planner, () => {
    plan(() => {
      emitNote(planner, { kind: 'held', ...place });
      next();
    });
  });
  emitNote(planner, { kind: 'done', ...place });
}

/** Notes the value of a reference or a call that its author wrote in few words. */
export function explainTerm(planner: Planner, term: ResolvedTerm, use: Use): Use {
  if (!isExplained(planner)) return use;
  if (term.kind !== 'document' && term.kind !== 'ref') return use;
  const name = nameOfTerm(planner, term);
  if (name === undefined || term.path.length === 0 || hasUnbound(planner, term)) return use;
  const at: Position = term.at;
  return (operand) => {
    emitNote(planner, { kind: 'value', at, name }, operand);
    use(operand);
  };
}

function nameOfLocal(local: LocalVariable | undefined): string | undefined {
  return local && /^[A-Za-z_]\w+$|^[A-Za-z]$/.test(local.name) ? local.name : undefined;
}

const NAME = /^[A-Za-z_]\w*$/;

function nameOfTerm(planner: Planner, term: ResolvedTerm): string | undefined {
  switch (term.kind) {
    case 'local':
      return nameOfLocal(planner.locals[term.id]);
    case 'const':
      return typeof term.value === 'object' ? undefined : JSON.stringify(term.value);
    case 'document':
      return nameOfPath(planner, term.root, term.path);
    case 'ref': {
      const head = nameOfTerm(planner, term.head);
      return head === undefined ? undefined : nameOfPath(planner, head, term.path);
    }
    default:
      return undefined;
  }
}

function nameOfPath(
  planner: Planner,
  head: string,
  path: readonly ResolvedTerm[],
): string | undefined {
  let text = head;
  for (const part of path) {
    if (part.kind === 'const' && typeof part.value === 'string' && NAME.test(part.value)) {
      text += `.${part.value}`;
      continue;
    }
    const name = nameOfTerm(planner, part);
    if (name === undefined) return undefined;
    text += `[${name}]`;
  }
  return text;
}
