// The type of a term, and what can never be inside it.

import {
  type CallForm,
  type ComprehensionForm,
  type DocumentTerm,
  fixedPart,
  type RefForm,
  type ResolvedTerm,
} from '../check/resolved-tree.ts';
import { nearName } from '../syntax/near-name.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { compareValues, type RegoValue } from '../values/rego-value.ts';
import { checkOrder } from './check-conditions.ts';
import { checkComparison, checkKey, checkMembership, type Side } from './check-constants.ts';
import { matchPattern } from './match-pattern.ts';
import { overlaps } from './overlap.ts';
import {
  ANY,
  alternatives,
  arrayOf,
  arrayType,
  objectOf,
  objectType,
  type RegoType,
  setOf,
  setOfItems,
  typeOfValue,
  unionOf,
} from './rego-type.ts';
import {
  describeKeys,
  keysOf,
  knownKeys,
  membersOf,
  selectKey,
  selectType,
} from './select-type.ts';
import { refText, termText } from './term-text.ts';
import type { TypeScope } from './type-scope.ts';

/** The type of a term; what is wrong inside it is reported, and is of any type then. */
export function inferTerm(scope: TypeScope, term: ResolvedTerm): RegoType {
  const infer = (inner: ResolvedTerm) => inferTerm(scope, inner);
  switch (term.kind) {
    case 'const':
      return typeOfValue(term.value);
    case 'local':
      return scope.types.get(term.id) ?? ANY;
    case 'document':
      return inferDocument(scope, term);
    case 'ref':
      return inferRef(scope, term);
    case 'array':
      return arrayType(term.items.map(infer), undefined);
    case 'set':
      return setOfItems(term.items.map(infer));
    case 'object':
      return inferObject(scope, term.pairs);
    case 'comprehension':
      return inferComprehension(scope, term);
    case 'call':
      return inferCall(scope, term);
  }
}

function inferObject(
  scope: TypeScope,
  pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[],
): RegoType {
  const known: [RegoValue, RegoType][] = [];
  const keys: RegoType[] = [];
  const values: RegoType[] = [];
  for (const [key, value] of pairs) {
    const type = inferTerm(scope, value);
    if (key.kind === 'const') {
      const same = known.find(([other]) => compareValues(other, key.value) === 0);
      if (same) same[1] = unionOf([same[1], type]);
      else known.push([key.value, type]);
    } else {
      keys.push(inferTerm(scope, key));
      values.push(type);
    }
  }
  if (keys.length === 0) return objectType(known, undefined);
  return objectType(known, { key: unionOf(keys), value: unionOf(values) });
}

function inferComprehension(scope: TypeScope, term: ComprehensionForm): RegoType {
  scope.checkBody(scope, term.body);
  const value = inferTerm(scope, term.value);
  if (term.shape === 'set') return setOf(value);
  if (term.shape === 'array') return arrayOf(value);
  return objectOf(term.key ? inferTerm(scope, term.key) : ANY, value);
}

function inferDocument(scope: TypeScope, term: DocumentTerm): RegoType {
  if (term.root === 'input')
    return inferPath(scope, scope.documents.input, { ...term, head: 'input' });
  let node = scope.root;
  for (const part of term.path) {
    if (node.definitions.length > 0) break;
    const name = fixedPart(part);
    const child = typeof name === 'string' ? node.children.get(name) : undefined;
    // A document of data may be there, of which nothing is known without a schema.
    if (!child) return inferPath(scope, scope.documents.data, { ...term, head: 'data' });
    node = child;
  }
  const isRule = node.definitions.length > 0 && node.kind !== 'function';
  const type = isRule ? scope.ruleType(node) : ANY;
  return inferPath(scope, type, { ...term, head: 'data', done: node.path.length });
}

function inferRef(scope: TypeScope, term: RefForm): RegoType {
  const head = inferTerm(scope, term.head);
  return inferPath(scope, head, { ...term, head: termText(term.head, scope.locals) });
}

/** A path, and how many of its parts are followed already. */
type Path = Pick<RefForm, 'path' | 'at'> & { readonly head: string; readonly done?: number };

function inferPath(scope: TypeScope, start: RegoType, ref: Path): RegoType {
  const { path, head, at, done = 0 } = ref;
  let type = start;
  for (const [index, part] of path.entries()) {
    if (index < done) continue;
    const inner = inferPart(scope, type, { part, at });
    if (!inner) {
      const whole = refText(head, path, index + 1, scope.locals);
      const above = refText(head, path, index, scope.locals);
      scope.report(at, `${whole} is never defined${explainAbsence(above, type, part)}`);
      for (const rest of path.slice(index)) matchPattern(scope, rest, ANY);
      return ANY;
    }
    type = inner;
  }
  return type;
}

/** A message about a value of more types does not name them. */
const TYPES_NAMED_MAX = 4;

function explainAbsence(above: string, type: RegoType, part: ResolvedTerm): string {
  const key = fixedPart(part);
  const near = typeof key === 'string' ? nearName(key, knownKeys(type)) : undefined;
  if (near !== undefined) return `; did you mean ${above}.${near}?`;
  const keys = describeKeys(type);
  if (keys && alternatives(type).length > TYPES_NAMED_MAX) return `: ${keys.replace('it', above)}.`;
  return `: ${above} is of type ${type.text}${keys ? `, ${keys}` : ''}.`;
}

function inferPart(
  scope: TypeScope,
  type: RegoType,
  { part, at }: { readonly part: ResolvedTerm; readonly at: Position },
): RegoType | undefined {
  if (part.kind === 'const') return selectKey(type, part.value);
  const keys = keysOf(type);
  if (!keys) return undefined;
  if (part.kind === 'local' && !scope.types.has(part.id)) {
    scope.types.set(part.id, keys);
    return membersOf(type);
  }
  if (!matchPattern(scope, part, keys)) return undefined;
  const key = inferTerm(scope, part);
  checkKey(scope, { term: part, type: key }, keys, at);
  return selectType(type, key);
}

const OPERATORS: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  or: '|',
  and: '&',
};

function inferCall(scope: TypeScope, { target, args, argsAt, at }: CallForm): RegoType {
  const types = args.map((argument) => inferTerm(scope, argument));
  const signature = scope.signature(target);
  if (!signature) return ANY;
  checkCall(scope, { target, args, argsAt, at }, types);
  const name =
    target.kind === 'builtin'
      ? (OPERATORS[target.name] ?? target.name)
      : ['data', ...target.path].join('.');
  for (const [index, type] of types.entries()) {
    const wanted = signature.args[index] ?? ANY;
    if (overlaps(type, wanted)) continue;
    const term = args[index];
    const place = argsAt[index] ?? at;
    const isNamed =
      term &&
      checkComparison(
        scope,
        [
          { term, type },
          { term, type: wanted },
        ],
        place,
      );
    if (isNamed) continue;
    const message = `must be of type ${wanted.text}, not ${type.text}.`;
    scope.report(place, `Argument ${index + 1} of ${name} ${message}`);
  }
  return signature.result;
}

/** Comparisons whose value is used, and those that hold where it is not. */
const COMPARISONS: ReadonlySet<string> = new Set(['equal', 'neq']);

/** Comparisons of order. */
const ORDERINGS: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);

// Reports constants that make a comparison always true or always false.
function checkCall(
  scope: TypeScope,
  { target, args, argsAt, at }: Pick<CallForm, 'target' | 'args' | 'argsAt' | 'at'>,
  types: readonly RegoType[],
): void {
  if (target.kind !== 'builtin') return;
  const sides = args.map((term, index): Side => ({ term, type: types[index] ?? ANY }));
  const [left, right] = sides;
  if (!left || !right) return;
  if (COMPARISONS.has(target.name)) checkComparison(scope, [left, right], at);
  if (ORDERINGS.has(target.name)) {
    checkOrder(scope, [left.type, right.type], { at, isLess: target.name.startsWith('l') });
  }
  if (target.name === 'internal.member_2') checkMembership(scope, left, right, argsAt[1] ?? at);
  const [, value, collection] = sides;
  if (target.name === 'internal.member_3' && value && collection) {
    checkMembership(scope, value, collection, argsAt[2] ?? at);
  }
}
