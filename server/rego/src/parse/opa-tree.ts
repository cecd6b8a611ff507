// A module's syntax tree with the members of OPA's JSON form, as whatever kind of value is wanted.

import type {
  CallTerm,
  Import,
  Literal,
  Module,
  Rule,
  RuleBranch,
  TemplatePart,
  Term,
} from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';

/** A member of an object. */
export type Member<T> = readonly [string, T];

/** Constructors for the values of a tree. */
export type TreeMaker<T> = {
  readonly constant: (value: null | boolean | string) => T;
  /** A number by its text. */
  readonly number: (text: string) => T;
  readonly list: (items: readonly T[]) => T;
  readonly object: (members: readonly Member<T>[]) => T;
  /** The members that say where a node begins; none where places are left out. */
  readonly place: (at: Position) => readonly Member<T>[];
};

/** Writes the tree of a module: `package`, `imports` and `rules`, the last two if there are any. */
export function writeOpaTree<T>(make: TreeMaker<T>, module: Module): T {
  const path = make.list(pathOf(make, ['data', ...module.package]));
  const members: Member<T>[] = [['package', make.object([['path', path]])]];
  const { imports, rules } = module;
  if (imports.length > 0) {
    members.push(['imports', make.list(imports.map((each) => importOf(make, each)))]);
  }
  if (rules.length > 0) members.push(['rules', make.list(rules.map((rule) => ruleOf(make, rule)))]);
  return make.object(members);
}

function node<T>(make: TreeMaker<T>, type: string, value: T, at?: Position): T {
  const place = at === undefined ? [] : make.place(at);
  return make.object([['type', make.constant(type)], ['value', value], ...place]);
}

/** A fixed path: a variable and the strings after it. */
function pathOf<T>(make: TreeMaker<T>, [head = '', ...rest]: readonly string[]): readonly T[] {
  return [
    node(make, 'var', make.constant(head)),
    ...rest.map((part) => node(make, 'string', make.constant(part))),
  ];
}

function refOf<T>(make: TreeMaker<T>, path: readonly string[], at: Position): T {
  return node(make, 'ref', make.list(pathOf(make, path)), at);
}

function importOf<T>(make: TreeMaker<T>, { path, alias, at }: Import): T {
  const members: Member<T>[] = [['path', refOf(make, path, at)]];
  if (alias !== path.at(-1)) members.push(['alias', make.constant(alias)]);
  return make.object([...members, ...make.place(at)]);
}

function ruleOf<T>(make: TreeMaker<T>, rule: Rule): T {
  const [first, ...others] = rule.branches;
  return first ? branchOf(make, rule, [first, ...others]) : make.constant(null);
}

function branchOf<T>(
  make: TreeMaker<T>,
  rule: Rule,
  [branch, ...others]: readonly [RuleBranch, ...RuleBranch[]],
): T {
  const members: Member<T>[] = [
    ['head', headOf(make, rule, branch)],
    ['body', bodyOf(make, branch.body, branch.at)],
  ];
  if (rule.shape === 'default') members.push(['default', make.constant(true)]);
  const [next, ...rest] = others;
  if (next) members.push(['else', branchOf(make, rule, [next, ...rest])]);
  return make.object([...members, ...make.place(branch.at)]);
}

function headOf<T>(make: TreeMaker<T>, rule: Rule, { value, operator }: RuleBranch): T {
  const { path, args, member, at } = rule;
  const [name, ...rest] = path;
  const head = make.constant(name?.kind === 'scalar' ? String(name.value) : '');
  const first = node(make, 'var', head, name?.at ?? at);
  const members: Member<T>[] = [['ref', make.list([first, ...termsOf(make, rest)])]];
  if (rest.length === 0) members.push(['name', head]);
  if (args) members.push(['args', make.list(termsOf(make, args))]);
  if (member) members.push(['key', termOf(make, member)]);
  else members.push(['value', termOf(make, value)]);
  if (operator === ':=') members.push(['assign', make.constant(true)]);
  return make.object([...members, ...make.place(at)]);
}

function bodyOf<T>(make: TreeMaker<T>, body: readonly Literal[], at: Position): T {
  if (body.length > 0) {
    return make.list(body.map((literal, index) => literalOf(make, literal, { extra: [], index })));
  }
  const truth = node(make, 'boolean', make.constant(true), at);
  return make.list([lineOf(make, truth, { extra: [], index: 0 }, at)]);
}

/** Attributes of a line besides its terms. */
type Line<T> = { readonly extra: readonly Member<T>[]; readonly index: number };

function lineOf<T>(make: TreeMaker<T>, terms: T, { extra, index }: Line<T>, at: Position): T {
  const number = make.number(String(index));
  return make.object([['index', number], ['terms', terms], ...extra, ...make.place(at)]);
}

function literalOf<T>(make: TreeMaker<T>, literal: Literal, line: Line<T>): T {
  const { at } = literal;
  switch (literal.kind) {
    case 'expr': {
      const { term } = literal;
      const terms = term.kind === 'call' ? callOf(make, term) : termOf(make, term);
      return lineOf(make, terms, line, at);
    }
    case 'assign':
    case 'unify': {
      const name = refOf(make, [literal.kind === 'unify' ? 'eq' : 'assign'], at);
      const terms = [name, ...termsOf(make, [literal.left, literal.right])];
      return lineOf(make, make.list(terms), line, at);
    }
    case 'some': {
      const symbols = literal.names.map((each) =>
        node(make, 'var', make.constant(each.name), each.at),
      );
      return lineOf(make, make.object([['symbols', make.list(symbols)]]), line, at);
    }
    case 'some-in': {
      const symbols = make.list([memberOf(make, literal)]);
      return lineOf(make, make.object([['symbols', symbols]]), line, at);
    }
    case 'every':
      return lineOf(make, everyOf(make, literal), line, at);
    case 'not': {
      const negated: Member<T> = ['negated', make.constant(true)];
      return literalOf(make, literal.literal, { ...line, extra: [...line.extra, negated] });
    }
    case 'with': {
      const modifiers = literal.modifiers.map(({ target, value }) =>
        make.object([
          ['target', termOf(make, target)],
          ['value', termOf(make, value)],
        ]),
      );
      const extra: Member<T>[] = [...line.extra, ['with', make.list(modifiers)]];
      return literalOf(make, literal.literal, { ...line, extra });
    }
  }
}

function everyOf<T>(make: TreeMaker<T>, every: Extract<Literal, { kind: 'every' }>): T {
  const { body, collection, key, value, at } = every;
  return make.object([
    ['body', bodyOf(make, body, at)],
    ['domain', termOf(make, collection)],
    ['key', key ? node(make, 'var', make.constant(key.name), key.at) : make.constant(null)],
    ['value', node(make, 'var', make.constant(value.name), value.at)],
  ]);
}

function memberOf<T>(make: TreeMaker<T>, loop: Extract<Literal, { kind: 'some-in' }>): T {
  const { key, value, collection, at } = loop;
  const name = refOf(make, ['internal', key ? 'member_3' : 'member_2'], at);
  const terms = termsOf(make, [...(key ? [key] : []), value, collection]);
  return node(make, 'call', make.list([name, ...terms]), at);
}

function callOf<T>(make: TreeMaker<T>, { name, args, at }: CallTerm): T {
  return make.list([refOf(make, name, at), ...termsOf(make, args)]);
}

function partOf<T>(make: TreeMaker<T>, part: TemplatePart): T {
  if (part.kind !== 'modified') return termOf(make, part);
  const { term, modifiers, at } = part;
  const literal = { kind: 'expr', term, at } as const;
  return literalOf(make, { kind: 'with', literal, modifiers, at }, { extra: [], index: 0 });
}

function termsOf<T>(make: TreeMaker<T>, terms: readonly Term[]): readonly T[] {
  return terms.map((term) => termOf(make, term));
}

function termOf<T>(make: TreeMaker<T>, term: Term): T {
  const { at } = term;
  switch (term.kind) {
    case 'scalar': {
      if (term.value === null) return node(make, 'null', make.object([]), at);
      const type = typeof term.value === 'string' ? 'string' : 'boolean';
      return node(make, type, make.constant(term.value), at);
    }
    case 'number':
      return node(make, 'number', make.number(term.text), at);
    case 'var':
      return node(make, 'var', make.constant(term.name), at);
    case 'ref':
      return node(make, 'ref', make.list(termsOf(make, [term.head, ...term.path])), at);
    case 'call':
      return node(make, 'call', callOf(make, term), at);
    case 'array':
    case 'set':
      return node(make, term.kind, make.list(termsOf(make, term.items)), at);
    case 'object': {
      const pairs = term.pairs.map((pair) => make.list(termsOf(make, pair)));
      return node(make, 'object', make.list(pairs), at);
    }
    case 'comprehension': {
      const { shape, key, value, body } = term;
      const members: Member<T>[] = [['body', bodyOf(make, body, at)]];
      if (key) members.push(['key', termOf(make, key)]);
      members.push([key ? 'value' : 'term', termOf(make, value)]);
      return node(make, `${shape}comprehension`, make.object(members), at);
    }
    case 'template': {
      const parts = make.list(term.parts.map((part) => partOf(make, part)));
      return node(make, 'templatestring', make.object([['parts', parts]]), at);
    }
  }
}
