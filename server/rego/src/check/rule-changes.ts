// How rules change when a literal in the body of one of them no longer holds.

import type { Literal, Module, Rule, Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';

/** A rule holds for less, for more, or its text does not tell which. */
export type RuleChange = 'less' | 'more' | 'either';

/** 1 in the same direction, -1 in the opposite one, 0 in one that is not known. */
type Sign = 1 | -1 | 0;

type Use = { readonly by: string; readonly of: string; readonly sign: Sign };
type Negation = { readonly by: string; readonly at: Position; readonly sign: Sign };
type Found = { readonly uses: Use[]; readonly negations: Negation[] };

/** Finds the rules that change with the negation at a place, by full names: `data.a.allow`. */
export type FindRuleChanges = (where: {
  readonly file: string;
  readonly at: Position;
}) => ReadonlyMap<string, RuleChange>;

/**
 * Maximum total of listed rules, besides the rule that contains each negation: a text can be
 * crafted so that each of its negations changes each of its rules.
 */
const LISTED_RULES_MAX = 100_000;

/**
 * Reads once how the rules of some modules use each other.
 * @returns which rules change when a negation no longer holds, through the rules that use each
 * other; the nearest first, and of a text with too many only these
 */
export function makeRuleChanges(modules: readonly Module[]): FindRuleChanges {
  const shapes = shapesOf(modules);
  const uses = new Map<string, Use[]>();
  const negations = new Map<string, Negation[]>();
  for (const module of modules) {
    const found: Found = { uses: [], negations: [] };
    for (const rule of module.rules) visitRule({ module, shapes, found }, rule);
    for (const use of found.uses) addTo(uses, use.of, use);
    for (const negation of found.negations) {
      addTo(negations, placeKey(module.file, negation.at), negation);
    }
  }
  let left = LISTED_RULES_MAX;
  return ({ file, at }) => {
    const seen = new Map<string, Set<Sign>>();
    const queue: (Pick<Use, 'sign'> & { readonly rule: string })[] = [];
    const reach = (rule: string, sign: Sign): void => {
      const signs = seen.get(rule) ?? new Set<Sign>();
      if (signs.has(sign)) return;
      if (!seen.has(rule)) left -= 1;
      seen.set(rule, signs.add(sign));
      queue.push({ rule, sign });
    };
    for (const { by, sign } of negations.get(placeKey(file, at)) ?? []) reach(by, sign);
    // The queue grows meanwhile.
    for (const { rule, sign } of queue) {
      if (left <= 0) break;
      for (const use of uses.get(rule) ?? []) reach(use.by, combine(use.sign, sign));
    }
    return new Map([...seen].map(([rule, signs]) => [rule, changeOf(signs)] as const));
  };
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function placeKey(file: string, { row, column }: Position): string {
  return `${row}:${column}:${file}`;
}

function combine(first: Sign, second: Sign): Sign {
  if (first === 0 || second === 0) return 0;
  return first === second ? 1 : -1;
}

function changeOf(signs: ReadonlySet<Sign>): RuleChange {
  if (signs.size > 1 || signs.has(0)) return 'either';
  return signs.has(1) ? 'less' : 'more';
}

/** Shape of a rule as a value: a `plain` rule is undefined if no body holds. */
type Shape = 'plain' | 'other';

type Walk = {
  readonly module: Module;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly found: Found;
};

function shapesOf(modules: readonly Module[]): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const module of modules) {
    for (const rule of module.rules) {
      const name = keyOf(module, rule);
      const isPlain =
        rule.shape === 'value' && rule.path.length === 1 && rule.branches.length === 1;
      if (!isPlain || shapes.get(name) === 'other') shapes.set(name, 'other');
      else shapes.set(name, 'plain');
    }
  }
  return shapes;
}

function keyOf({ package: home }: Module, { path: [first] }: Rule): string {
  const name = first?.kind === 'scalar' ? String(first.value) : '';
  return ['data', ...home, name].join('.');
}

function visitRule(walk: Walk, rule: Rule): void {
  const by = keyOf(walk.module, rule);
  const isSimple = rule.branches.length === 1 && !rule.branches.some(({ value }) => isFalse(value));
  for (const { body, value } of rule.branches) {
    visitBody(walk, { by, sign: isSimple ? 1 : 0 }, body);
    visitTerm(walk, { by, sign: isSimple ? 1 : 0, as: 'value' }, value);
  }
  for (const term of [...rule.path.slice(1), ...(rule.member ? [rule.member] : [])]) {
    visitTerm(walk, { by, sign: 1, as: 'value' }, term);
  }
}

function isFalse(value: Term): boolean {
  return value.kind === 'scalar' && value.value !== true && typeof value.value !== 'string';
}

type Place = { readonly by: string; readonly sign: Sign };

function visitBody(walk: Walk, place: Place, body: readonly Literal[]): void {
  for (const literal of body) visitLiteral(walk, place, literal);
}

function visitLiteral(walk: Walk, place: Place, literal: Literal): void {
  const { sign } = place;
  switch (literal.kind) {
    case 'expr':
      visitTerm(walk, { ...place, as: 'truth' }, literal.term);
      return;
    case 'assign':
    case 'unify':
      visitTerm(walk, { ...place, as: 'value' }, literal.left);
      visitTerm(walk, { ...place, as: 'value' }, literal.right);
      return;
    case 'some-in':
      visitTerm(walk, { ...place, as: 'truth' }, literal.collection);
      return;
    case 'every':
      visitTerm(walk, { ...place, sign: 0, as: 'value' }, literal.collection);
      visitBody(walk, place, literal.body);
      return;
    case 'not':
      walk.found.negations.push({ ...place, at: literal.at });
      visitLiteral(walk, { ...place, sign: combine(sign, -1) }, literal.literal);
      return;
    case 'with':
      for (const { value } of literal.modifiers) {
        visitTerm(walk, { ...place, sign: 0, as: 'value' }, value);
      }
      visitLiteral(walk, place, literal.literal);
      return;
    default:
  }
}

/** `truth`: it only matters whether the term holds; `value`: what it is matters as well. */
type TermPlace = Place & { readonly as: 'truth' | 'value' };

function visitTerm(walk: Walk, place: TermPlace, term: Term): void {
  const { by, sign, as } = place;
  const inside = (terms: readonly Term[]): void => {
    for (const inner of terms) visitTerm(walk, { ...place, as: 'value' }, inner);
  };
  const of = ruleOf(walk.module, term);
  if (of !== undefined && walk.shapes.has(of)) {
    const isKept = as === 'truth' || walk.shapes.get(of) === 'plain';
    walk.found.uses.push({ by, of, sign: isKept ? sign : 0 });
  }
  switch (term.kind) {
    case 'ref':
      if (term.head.kind !== 'var') inside([term.head]);
      inside(term.path);
      return;
    case 'call':
      inside(term.args);
      return;
    case 'array':
    case 'set':
      inside(term.items);
      return;
    case 'object':
      inside(term.pairs.flat());
      return;
    case 'comprehension':
      visitBody(walk, { by, sign: 0 }, term.body);
      visitTerm(walk, { by, sign: 0, as: 'value' }, term.value);
      return;
    case 'template':
      for (const part of term.parts) {
        visitTerm(walk, { by, sign: 0, as: 'value' }, part.kind === 'modified' ? part.term : part);
      }
      return;
    default:
  }
}

/** The full name of the rule that a term names; undefined where it names none. */
function ruleOf(module: Module, term: Term): string | undefined {
  const names = namesOf(term);
  const [head, ...rest] = names;
  if (head === undefined) return undefined;
  const imported = module.imports.find(({ alias }) => alias === head);
  const path = head === 'data' ? names : imported && [...imported.path, ...rest];
  if (path === undefined) return ['data', ...module.package, head].join('.');
  if (path[0] !== 'data') return undefined;
  // The rules of the own package; those of others have as many names.
  return path.slice(0, module.package.length + 2).join('.');
}

function namesOf(term: Term): readonly string[] {
  if (term.kind === 'var') return [term.name];
  if (term.kind === 'call') return term.form === 'named' ? term.name : [];
  if (term.kind !== 'ref' || term.head.kind !== 'var') return [];
  const names = [term.head.name];
  for (const part of term.path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') break;
    names.push(part.value);
  }
  return names;
}
