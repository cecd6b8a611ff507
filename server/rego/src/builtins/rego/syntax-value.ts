// A module's syntax tree as a value with the members of OPA's JSON form. Comments, annotations and
// places are left out, as OPA leaves out places.

import type {
  CallTerm,
  Import,
  Literal,
  Module,
  Rule,
  RuleBranch,
  TemplatePart,
  Term,
} from '../../syntax/ast.ts';
import { makeObject, numberFromText, type RegoValue } from '../../values/rego-value.ts';

type Pair = readonly [string, RegoValue];

/** The tree of a module: `package`, `imports` and `rules`, the last two if there are any. */
export function moduleValue(module: Module): RegoValue {
  const pairs: Pair[] = [['package', makeObject([['path', pathOf(['data', ...module.package])]])]];
  if (module.imports.length > 0) pairs.push(['imports', module.imports.map(importValue)]);
  if (module.rules.length > 0) pairs.push(['rules', module.rules.map(ruleValue)]);
  return makeObject(pairs);
}

function node(type: string, value: RegoValue): RegoValue {
  return makeObject([
    ['type', type],
    ['value', value],
  ]);
}

// A fixed path: a variable and the strings after it.
function pathOf([head = '', ...rest]: readonly string[]): readonly RegoValue[] {
  return [node('var', head), ...rest.map((part) => node('string', part))];
}

function importValue({ path, alias }: Import): RegoValue {
  const pairs: Pair[] = [['path', node('ref', pathOf(path))]];
  if (alias !== path.at(-1)) pairs.push(['alias', alias]);
  return makeObject(pairs);
}

function ruleValue(rule: Rule): RegoValue {
  const [first, ...others] = rule.branches;
  return first ? branchValue(rule, first, others) : null;
}

function branchValue(rule: Rule, branch: RuleBranch, others: readonly RuleBranch[]): RegoValue {
  const pairs: Pair[] = [
    ['head', headValue(rule, branch)],
    ['body', bodyValue(branch.body)],
  ];
  if (rule.shape === 'default') pairs.push(['default', true]);
  const [next, ...rest] = others;
  if (next) pairs.push(['else', branchValue(rule, next, rest)]);
  return makeObject(pairs);
}

function headValue({ path, args, member }: Rule, { value, operator }: RuleBranch): RegoValue {
  const [name] = path;
  const head = name?.kind === 'scalar' ? String(name.value) : '';
  const pairs: Pair[] = [['ref', [node('var', head), ...path.slice(1).map(termValue)]]];
  if (path.length === 1) pairs.push(['name', head]);
  if (args) pairs.push(['args', args.map(termValue)]);
  if (member) pairs.push(['key', termValue(member)]);
  else pairs.push(['value', termValue(value)]);
  if (operator === ':=') pairs.push(['assign', true]);
  return makeObject(pairs);
}

function bodyValue(body: readonly Literal[]): RegoValue {
  if (body.length === 0) return [lineValue(node('boolean', true), [], 0)];
  return body.map((literal, index) => literalValue(literal, [], index));
}

function lineValue(terms: RegoValue, extra: readonly Pair[], index: number): RegoValue {
  return makeObject([['index', index], ['terms', terms], ...extra]);
}

function literalValue(literal: Literal, extra: readonly Pair[], index: number): RegoValue {
  switch (literal.kind) {
    case 'expr': {
      const { term } = literal;
      return lineValue(term.kind === 'call' ? callValue(term) : termValue(term), extra, index);
    }
    case 'assign':
    case 'unify': {
      const name = literal.kind === 'unify' ? 'eq' : 'assign';
      const terms = [termValue(literal.left), termValue(literal.right)];
      return lineValue([node('ref', pathOf([name])), ...terms], extra, index);
    }
    case 'some': {
      const symbols = literal.names.map(({ name }) => node('var', name));
      return lineValue(makeObject([['symbols', symbols]]), extra, index);
    }
    case 'some-in':
      return lineValue(makeObject([['symbols', [memberValue(literal)]]]), extra, index);
    case 'every': {
      const terms = makeObject([
        ['body', bodyValue(literal.body)],
        ['domain', termValue(literal.collection)],
        ['key', literal.key ? node('var', literal.key.name) : null],
        ['value', node('var', literal.value.name)],
      ]);
      return lineValue(terms, extra, index);
    }
    case 'not':
      return literalValue(literal.literal, [...extra, ['negated', true]], index);
    case 'with': {
      const modifiers = literal.modifiers.map(({ target, value }) =>
        makeObject([
          ['target', termValue(target)],
          ['value', termValue(value)],
        ]),
      );
      return literalValue(literal.literal, [...extra, ['with', modifiers]], index);
    }
  }
}

function partValue(part: TemplatePart): RegoValue {
  if (part.kind !== 'modified') return termValue(part);
  const { term, modifiers, at } = part;
  return literalValue({ kind: 'with', literal: { kind: 'expr', term, at }, modifiers, at }, [], 0);
}

function memberValue({ key, value, collection }: Extract<Literal, { kind: 'some-in' }>): RegoValue {
  const name = pathOf(['internal', key ? 'member_3' : 'member_2']);
  const terms = [...(key ? [key] : []), value, collection].map(termValue);
  return node('call', [node('ref', name), ...terms]);
}

function callValue({ name, args }: CallTerm): RegoValue {
  return [node('ref', pathOf(name)), ...args.map(termValue)];
}

function termValue(term: Term): RegoValue {
  switch (term.kind) {
    case 'scalar':
      if (term.value === null) return node('null', makeObject([]));
      return node(typeof term.value === 'string' ? 'string' : 'boolean', term.value);
    case 'number':
      return node('number', numberFromText(term.text));
    case 'var':
      return node('var', term.name);
    case 'ref':
      return node('ref', [termValue(term.head), ...term.path.map(termValue)]);
    case 'call':
      return node('call', callValue(term));
    case 'array':
    case 'set':
      return node(term.kind, term.items.map(termValue));
    case 'object':
      return node(
        'object',
        term.pairs.map((pair) => pair.map(termValue)),
      );
    case 'comprehension': {
      const { shape, key, value, body } = term;
      const pairs: Pair[] = [['body', bodyValue(body)]];
      if (key) pairs.push(['key', termValue(key)]);
      pairs.push([key ? 'value' : 'term', termValue(value)]);
      return node(`${shape}comprehension`, makeObject(pairs));
    }
    case 'template':
      return node('templatestring', makeObject([['parts', term.parts.map(partValue)]]));
  }
}
