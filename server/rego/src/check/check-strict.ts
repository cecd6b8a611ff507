// What OPA refuses in a module although it could be compiled: found in the tree itself.

import { type Import, isWildcard, type Module, type Rule, type Term } from '../syntax/ast.ts';
import type { RegoProblem, Report } from '../syntax/rego-problem.ts';

/**
 * Finds default rules whose value or arguments are not fixed, in each version; in version 1 also
 * imports with the name of another, and rules and arguments with the name of a document.
 */
export function findInvalidRules(modules: readonly Module[], problems: RegoProblem[]): void {
  for (const module of modules) {
    const report: Report = (code, at, message) => {
      problems.push({ code, message, file: module.file, ...at });
    };
    for (const rule of module.rules) {
      if (rule.shape === 'default') checkDefault(rule, report);
    }
    if (module.version === 'v1') findVersion1Problems(module, report);
  }
}

/** Finds imports with the name of another, and rules and arguments with the name of a document. */
export function findVersion1Problems({ imports, rules }: Module, report: Report): void {
  checkImports(imports, report);
  for (const rule of rules) checkNames(rule, report);
}

function checkDefault({ branches, args = [] }: Rule, report: Report): void {
  for (const { value } of branches) {
    const open = findOpen(value);
    if (open === undefined) continue;
    const { what, term } = open;
    const message = `The value of a default must be fixed, and ${what} is not; write a constant.`;
    report('default-value', term.at, message);
  }
  const seen = new Set<string>();
  for (const argument of args) {
    if (argument.kind === 'var' && !seen.has(argument.name)) {
      seen.add(argument.name);
      continue;
    }
    const message = 'An argument of a default function must be a variable, each another one.';
    report('default-value', argument.at, message);
  }
}

type Open = { readonly term: Term; readonly what: string };

/** The first part of a term that has no fixed value; comprehensions have one. */
function findOpen(term: Term): Open | undefined {
  const first = (terms: readonly Term[]): Open | undefined => {
    for (const inner of terms) {
      const open = findOpen(inner);
      if (open !== undefined) return open;
    }
    return undefined;
  };
  switch (term.kind) {
    case 'var':
      return { term, what: isWildcard(term.name) ? '_' : term.name };
    case 'ref':
      return { term, what: 'a reference' };
    case 'call':
      return { term, what: 'a call' };
    case 'array':
    case 'set':
      return first(term.items);
    case 'object':
      return first(term.pairs.flat());
    case 'template':
      return first(term.parts.map((part) => (part.kind === 'modified' ? part.term : part)));
    default:
      return undefined;
  }
}

function checkImports(imports: readonly Import[], report: Report): void {
  const rows = new Map<string, number>();
  for (const { alias, at } of imports) {
    const row = rows.get(alias);
    if (row === undefined) {
      rows.set(alias, at.row);
      continue;
    }
    const message =
      `The import in line ${row} has the name ${alias} as well; ` +
      'remove one of them, or name it with "as".';
    report('duplicate-import', at, message);
  }
}

const DOCUMENTS: readonly string[] = ['input', 'data'];

function checkNames({ path, args = [], at }: Rule, report: Report): void {
  const [first] = path;
  const name = first?.kind === 'scalar' ? String(first.value) : '';
  if (DOCUMENTS.includes(name)) {
    report('shadowed-document', at, `"${name}" cannot be a rule; choose another name.`);
  }
  for (const argument of args) {
    if (argument.kind !== 'var' || !DOCUMENTS.includes(argument.name)) continue;
    const message = `"${argument.name}" cannot be an argument; choose another name.`;
    report('shadowed-document', argument.at, message);
  }
}
