// Names that rules, calls and references have.

import { BUILTINS } from '../../builtins/declarations/builtin-table.ts';
import type { WrittenImport } from '../../parse/read-imports.ts';
import { type CallTerm, isWildcard, type Literal, type Rule, type Term } from '../../syntax/ast.ts';
import type { Position } from '../../syntax/rego-problem.ts';
import type { Declared, SourceFile } from './model.ts';
import { termsWithin, type Visit } from './walk-rule.ts';

/** The first part of a rule's reference. */
export function nameOfRule({ path }: Rule): string {
  const [first] = path;
  return first?.kind === 'scalar' && typeof first.value === 'string' ? first.value : '';
}

/** The reference of a rule's head as text; parts that vary are left out. */
export function pathOfRule({ path }: Rule): string {
  return path.flatMap((part) => (part.kind === 'scalar' ? [String(part.value)] : [])).join('.');
}

/** Whether a rule is a test, one to be written included. */
export function isTest(rule: Rule): boolean {
  return /^(?:todo_)?test_/.test(nameOfRule(rule));
}

/** Whether a file holds tests. */
export function isTestPath(path: string): boolean {
  return path.endsWith('_test.rego') || path.split('/').at(-1) === 'test.rego';
}

/** The name that a call has in the text or, for operators, in the table of builtins. */
export function nameOfCall({ name }: CallTerm): string {
  return name.join('.');
}

/** Whether a call is of a builtin and not of a rule of that name. */
export function isBuiltinCall(call: CallTerm, file: SourceFile): boolean {
  const [first = ''] = call.name;
  if (call.form === 'operator') return true;
  return BUILTINS.has(nameOfCall(call)) && !file.ruleNames.has(first);
}

/** All calls of the file, each with its surroundings. */
export function callsOf({ visits }: SourceFile) {
  return visits.flatMap((visit) =>
    visit.node.kind === 'call' ? [{ ...visit, call: visit.node }] : [],
  );
}

/** All literals of the file, each with its surroundings. */
export function literalsOf({ visits }: SourceFile) {
  return visits.flatMap((visit) => {
    const { node } = visit;
    return isLiteral(node) ? [{ ...visit, literal: node }] : [];
  });
}

const LITERALS: ReadonlySet<string> = new Set<Literal['kind']>([
  'expr',
  'assign',
  'unify',
  'some',
  'some-in',
  'every',
  'not',
  'with',
]);

function isLiteral(node: Visit['node']): node is Literal {
  return LITERALS.has(node.kind);
}

/** All references of the file, each with its surroundings. */
export function refsOf({ visits }: SourceFile) {
  return visits.flatMap((visit) =>
    visit.node.kind === 'ref' ? [{ ...visit, ref: visit.node }] : [],
  );
}

/** The parts of a reference without variables, or of a variable; undefined for anything else. */
export function staticPath(term: Term): readonly string[] | undefined {
  if (term.kind === 'var') return isWildcard(term.name) ? undefined : [term.name];
  if (term.kind !== 'ref' || term.head.kind !== 'var') return undefined;
  const parts: string[] = [term.head.name];
  for (const part of term.path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') return undefined;
    parts.push(part.value);
  }
  return parts;
}

/** Whether a term is a reference with a wildcard in it. */
export function isWildcardRef(term: Term): boolean {
  return term.kind === 'ref' && term.path.some((part) => isWildcardVar(part));
}

/** Whether a term is `_`. */
export function isWildcardVar(term: Term | undefined): boolean {
  return term?.kind === 'var' && isWildcard(term.name);
}

/** The name that an import has in the file. */
export function nameOfImport({ path, alias }: WrittenImport): string {
  return alias ?? path.at(-1) ?? '';
}

/** Whether a name means the same everywhere in a file: of a document, an import or a rule. */
export function isGlobal(name: string, file: SourceFile): boolean {
  if (name === 'input' || name === 'data' || file.ruleNames.has(name)) return true;
  return file.importNames.has(name);
}

/** Whether an import brings keywords or a version of the language and no name. */
export function isKeywordImport({ path: [root] }: WrittenImport): boolean {
  return root === 'rego' || root === 'future';
}

/** Returns the declarations of a rule: arguments, `some`, `:=`, keys and values of `every`. */
export function declaredIn(rule: Rule, { declared }: SourceFile): readonly Declared[] {
  return declared.get(rule) ?? [];
}

/** Finds what a rule declares among its nodes. */
export function findDeclared(rule: Rule, visits: readonly Visit[]): readonly Declared[] {
  const inArgs = (rule.args ?? []).flatMap(variablesIn);
  const inBodies = visits.flatMap(({ node }): readonly Declared[] => {
    if (node.kind === 'some') return node.names;
    if (node.kind === 'assign') return patternVariables(node.left);
    if (node.kind === 'every') return [...(node.key ? [node.key] : []), node.value];
    if (node.kind !== 'some-in') return [];
    return [...(node.key ? variablesIn(node.key) : []), ...variablesIn(node.value)];
  });
  return [...inArgs, ...inBodies].filter(({ name }) => !isWildcard(name));
}

/** All variables of a term, wildcards included. */
export function variablesIn(term: Term): readonly Declared[] {
  return termsWithin(term).flatMap((each) => (each.kind === 'var' ? [each] : []));
}

function patternVariables(term: Term): readonly Declared[] {
  if (term.kind === 'var') return [term];
  if (term.kind === 'array') return term.items.flatMap(patternVariables);
  return term.kind === 'object' ? term.pairs.flatMap(([, value]) => patternVariables(value)) : [];
}

/** A place as `tokenIndex` has it. */
export function keyOfPlace({ row, column }: Position): string {
  return `${row}:${column}`;
}
