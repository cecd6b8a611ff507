// The names that `with` replaces anywhere in some modules.

import type { Module, Term } from '../syntax/ast.ts';

/** The parts of a dotted name, if a term is one. */
export function fixedName(term: Term): readonly string[] | undefined {
  if (term.kind === 'var') return [term.name];
  if (term.kind !== 'ref' || term.head.kind !== 'var') return undefined;
  const parts = term.path.map((part) => (part.kind === 'scalar' ? part.value : undefined));
  const names = parts.filter((part) => typeof part === 'string');
  return names.length === parts.length ? [term.head.name, ...names] : undefined;
}

/** The dotted names of all targets of `with`. */
export function collectReplacedNames(modules: readonly Module[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    // Terms and literals nest in each other everywhere, so every member is looked at.
    for (const [key, each] of Object.entries(node)) {
      // Only `with` has a target, and that is a term.
      if (key === 'target') names.add(fixedName(each)?.join('.') ?? '');
      visit(each);
    }
  };
  for (const { rules } of modules) visit(rules);
  return names;
}
