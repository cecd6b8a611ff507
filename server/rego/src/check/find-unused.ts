// What the strict mode of OPA refuses besides: variables, arguments and imports that are used for
// nothing, and in version 0 what version 1 always refuses.
// Source of the idea: `opa check --strict`.

import { DEPRECATED_BUILTINS } from '../builtins/declarations/refused-builtins.ts';
import {
  type CallTerm,
  type Import,
  isWildcard,
  type Literal,
  type Module,
  type NameAt,
  type Rule,
  type Term,
} from '../syntax/ast.ts';
import { type RegoProblem, type Report, sortProblems } from '../syntax/rego-problem.ts';
import { findVersion1Problems } from './check-strict.ts';
import { visitPattern } from './visit-variables.ts';

/** Finds what the strict mode refuses in modules. */
export function findStrictProblems(modules: readonly Module[]): readonly RegoProblem[] {
  const problems: RegoProblem[] = [];
  for (const module of modules) {
    const report: Report = (code, at, message) => {
      problems.push({ code, message, file: module.file, ...at });
    };
    const names = new Set<string>();
    for (const rule of module.rules) {
      for (const name of checkRule(rule, { module, report })) names.add(name);
    }
    checkImports(module.imports, names, report);
    // Version 1 refuses these in any mode.
    if (module.version === 'v0') findVersion1Problems(module, report);
  }
  return sortProblems(problems);
}

function checkImports(
  imports: readonly Import[],
  names: ReadonlySet<string>,
  report: Report,
): void {
  for (const { alias, path, at } of imports) {
    if (names.has(alias)) continue;
    const message = `The import ${path.join('.')} is used for nothing; remove it.`;
    report('unused-import', at, message);
  }
}

type Declared = NameAt & { readonly kind: 'variable' | 'argument' };

/** The names of one body, or of the arguments. */
type Frame = {
  readonly parent: Frame | undefined;
  readonly declared: Map<string, Declared>;
  readonly used: Set<string>;
};

type Walk = {
  readonly module: Module;
  readonly report: Report;
  /** Names that no body declares: of rules, imports and documents. */
  readonly free: Set<string>;
};

/** Checks a rule and returns the names that it takes from outside of it. */
function checkRule(
  rule: Rule,
  { module, report }: Pick<Walk, 'module' | 'report'>,
): ReadonlySet<string> {
  const walk: Walk = { module, report, free: new Set() };
  const frame = frameIn(undefined);
  for (const argument of rule.args ?? []) declareArguments(argument, frame, walk);
  for (const term of rule.path) useTerm(term, frame, walk);
  for (const { value, body } of rule.branches) {
    const inner = frameIn(frame);
    declareAll(body, inner);
    for (const literal of body) useLiteral(literal, inner, walk);
    useTerm(value, inner, walk);
    if (rule.member !== undefined) useTerm(rule.member, inner, walk);
    for (const term of rule.path) useTerm(term, inner, walk);
    reportUnused(inner, report);
  }
  if (rule.shape !== 'default') reportUnused(frame, report);
  return walk.free;
}

function frameIn(parent: Frame | undefined): Frame {
  return { parent, declared: new Map(), used: new Set() };
}

function declareArguments(term: Term, frame: Frame, walk: Walk): void {
  if (term.kind === 'var') {
    // A second place of the name compares with the first one.
    if (frame.declared.has(term.name)) frame.used.add(term.name);
    else frame.declared.set(term.name, { name: term.name, at: term.at, kind: 'argument' });
    return;
  }
  if (term.kind === 'array') for (const item of term.items) declareArguments(item, frame, walk);
  else if (term.kind === 'object') {
    for (const [key, value] of term.pairs) {
      useTerm(key, frame, walk);
      declareArguments(value, frame, walk);
    }
  } else useTerm(term, frame, walk);
}

function declareAll(body: readonly Literal[], frame: Frame): void {
  const declare = ({ name, at }: NameAt) => {
    frame.declared.set(name, { name, at, kind: 'variable' });
  };
  for (const literal of body) {
    const bare = literal.kind === 'with' ? literal.literal : literal;
    if (bare.kind === 'assign') visitPattern(bare.left, declare);
    if (bare.kind === 'some') for (const name of bare.names) declare(name);
    if (bare.kind !== 'some-in') continue;
    // Its variables are compared with what is in the collection.
    const bound = (term: Term) => {
      for (const { name, at } of variablesOf(term)) {
        declare({ name, at });
        frame.used.add(name);
      }
    };
    if (bare.key !== undefined) bound(bare.key);
    bound(bare.value);
  }
}

function variablesOf(term: Term): readonly NameAt[] {
  const found: NameAt[] = [];
  visitPattern(term, (variable) => found.push(variable));
  return found;
}

function reportUnused({ declared, used }: Frame, report: Report): void {
  for (const { name, at, kind } of declared.values()) {
    if (isWildcard(name) || used.has(name)) continue;
    if (kind === 'argument') {
      report('unused-variable', at, `The argument ${name} is used for nothing; write _ instead.`);
    } else {
      const message = `The variable ${name} has a value that is used for nothing; remove it.`;
      report('unused-variable', at, message);
    }
  }
}

function use(name: string, frame: Frame, { free }: Walk): void {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    if (!at.declared.has(name)) continue;
    at.used.add(name);
    return;
  }
  free.add(name);
}

function useBody(body: readonly Literal[], frame: Frame, walk: Walk): void {
  declareAll(body, frame);
  for (const literal of body) useLiteral(literal, frame, walk);
}

function useLiteral(literal: Literal, frame: Frame, walk: Walk): void {
  const all = (...terms: readonly (Term | undefined)[]) => {
    for (const term of terms) if (term !== undefined) useTerm(term, frame, walk);
  };
  switch (literal.kind) {
    case 'expr':
      all(literal.term);
      return;
    case 'assign':
      usePattern(literal.left, frame, walk);
      all(literal.right);
      return;
    case 'unify':
      all(literal.left, literal.right);
      return;
    case 'some':
      return;
    case 'some-in':
      all(literal.key, literal.value, literal.collection);
      return;
    case 'every': {
      all(literal.collection);
      const inner = frameIn(frame);
      for (const each of [literal.key, literal.value]) {
        if (each === undefined) continue;
        inner.declared.set(each.name, { ...each, kind: 'variable' });
        inner.used.add(each.name);
      }
      useBody(literal.body, inner, walk);
      reportUnused(inner, walk.report);
      return;
    }
    case 'not': {
      const inner = frameIn(frame);
      useBody([literal.literal], inner, walk);
      reportUnused(inner, walk.report);
      return;
    }
    case 'with':
      useLiteral(literal.literal, frame, walk);
      for (const { target, value } of literal.modifiers) all(target, value);
  }
}

/** Marks variables on the left of `:=` as used: only keys of objects are. */
function usePattern(term: Term, frame: Frame, walk: Walk): void {
  if (term.kind === 'array') for (const item of term.items) usePattern(item, frame, walk);
  if (term.kind !== 'object') return;
  for (const [key, value] of term.pairs) {
    useTerm(key, frame, walk);
    usePattern(value, frame, walk);
  }
}

function useTerm(term: Term, frame: Frame, walk: Walk): void {
  const all = (terms: readonly Term[]) => {
    for (const inner of terms) useTerm(inner, frame, walk);
  };
  switch (term.kind) {
    case 'var':
      use(term.name, frame, walk);
      return;
    case 'ref':
      all([term.head, ...term.path]);
      return;
    case 'call':
      if (term.form === 'named') useFunction(term, frame, walk);
      all(term.args);
      return;
    case 'array':
    case 'set':
      all(term.items);
      return;
    case 'object':
      all(term.pairs.flat());
      return;
    case 'comprehension': {
      const inner = frameIn(frame);
      useBody(term.body, inner, walk);
      for (const each of [term.key, term.value]) if (each) useTerm(each, inner, walk);
      reportUnused(inner, walk.report);
      return;
    }
    case 'template':
      for (const part of term.parts) {
        if (part.kind !== 'modified') all([part]);
        else all([part.term, ...part.modifiers.flatMap(({ target, value }) => [target, value])]);
      }
      return;
    default:
  }
}

function useFunction({ name, at }: CallTerm, frame: Frame, walk: Walk): void {
  const [first = ''] = name;
  use(first, frame, walk);
  const instead = DEPRECATED_BUILTINS.get(name.join('.'));
  const { module, report } = walk;
  if (module.version === 'v1' || instead === undefined) return;
  if (module.rules.some(({ path: [head] }) => head?.kind === 'scalar' && head.value === first))
    return;
  const message = `The builtin ${name.join('.')} is deprecated; use ${instead} instead.`;
  report('deprecated-builtin', at, message);
}
