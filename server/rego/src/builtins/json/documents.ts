// Builtins that look into documents: subsets, graphs, paths.

import {
  compareValues,
  isArray,
  isObject,
  isSet,
  makeObject,
  makeSet,
  type RegoObject,
  type RegoValue,
  typeOf,
} from '../../values/rego-value.ts';
import {
  asList,
  asPairs,
  BuiltinFailure,
  exceed,
  type HostBuiltin,
  type HostBuiltins,
} from '../host/host-builtin.ts';

/** Whether two values are the same. */
export function isEqual(a: RegoValue, b: RegoValue): boolean {
  return compareValues(a, b) === 0;
}

/** The value of an object's key. */
export function lookUpKey(object: RegoObject, key: RegoValue): RegoValue | undefined {
  return object.pairs.find(([each]) => isEqual(each, key))?.[1];
}

/** The text of a value: equal values have equal texts. */
export function keyText(value: RegoValue): string {
  if (isArray(value)) return `[${value.map(keyText).join()}]`;
  if (isSet(value)) return `<${value.items.map(keyText).join()}>`;
  if (isObject(value)) return `{${value.pairs.map((pair) => keyText(pair)).join()}}`;
  return JSON.stringify(value);
}

function isSubset(whole: RegoValue, part: RegoValue): boolean {
  if (isObject(whole) && isObject(part)) {
    return part.pairs.every(([key, value]) => {
      const other = lookUpKey(whole, key);
      return other !== undefined && isInside(other, value);
    });
  }
  if (isArray(whole) && isArray(part)) return isRun(whole, part);
  if (isSet(part) && (isSet(whole) || isArray(whole))) {
    const members = new Set((isSet(whole) ? whole.items : whole).map(keyText));
    return part.items.every((item) => members.has(keyText(item)));
  }
  throw new BuiltinFailure('the operands are not of types that can contain each other');
}

function isInside(whole: RegoValue, part: RegoValue): boolean {
  const isNested =
    (isObject(whole) && isObject(part)) ||
    (isArray(whole) && isArray(part)) ||
    (isSet(whole) && isSet(part));
  return isNested ? isSubset(whole, part) : isEqual(whole, part);
}

function isRun(whole: readonly RegoValue[], part: readonly RegoValue[]): boolean {
  return whole.concat(part.length === 0 ? [null] : []).some((_, start) =>
    part.every((item, index) => {
      const other = whole[start + index];
      return other !== undefined && isEqual(other, item);
    }),
  );
}

type Graph = ReadonlyMap<string, readonly RegoValue[]>;

function readGraph(value: RegoValue | undefined): Graph {
  return new Map(
    asPairs(value).map(([node, edges]) => {
      const isList = edges !== null && (isArray(edges) || isSet(edges));
      return [keyText(node), isList ? asList(edges) : []] as const;
    }),
  );
}

function reachable([graph, initial]: readonly RegoValue[]): RegoValue {
  const edges = readGraph(graph);
  const reached = new Map<string, RegoValue>();
  const queue = [...asList(initial)];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const key = keyText(node);
    const next = edges.get(key);
    if (!next || reached.has(key)) continue;
    reached.set(key, node);
    queue.push(...next);
  }
  return makeSet([...reached.values()]);
}

/** A graph may have this many paths; there can be exponentially many. */
const PATHS_MAX = 100_000;

function reachablePaths([graph, initial]: readonly RegoValue[]): RegoValue {
  const edges = readGraph(graph);
  const paths: (readonly RegoValue[])[] = [];
  const add = (path: readonly RegoValue[]) => {
    if (paths.push(path) > PATHS_MAX) exceed(`the graph has more than ${PATHS_MAX} paths`);
  };
  const walk = (node: RegoValue, path: readonly RegoValue[], seen: Set<string>) => {
    const key = keyText(node);
    const next = edges.get(key);
    if (!next) {
      if (path.length > 0) add(path);
      return;
    }
    const longer = [...path, node];
    if (next.length === 0) add(longer);
    for (const neighbour of next) {
      if (seen.has(keyText(neighbour))) add(longer);
      else {
        seen.add(key);
        walk(neighbour, longer, seen);
      }
    }
  };
  for (const start of asList(initial)) {
    const key = keyText(start);
    const next = edges.get(key);
    if (next?.length === 0) add([start]);
    for (const neighbour of next ?? []) {
      if (keyText(neighbour) === key) add([start]);
      else walk(neighbour, [start], new Set([key]));
    }
  }
  return makeSet(paths);
}

function cast(type: 'string' | 'boolean' | 'null'): HostBuiltin {
  return ([value]) => {
    if (value !== undefined && typeOf(value) === type) return value;
    throw new BuiltinFailure(`an operand is not of type ${type}`, 'eval_type_error');
  };
}

/** The builtins that look into documents. */
export const DOCUMENT_BUILTINS: HostBuiltins = {
  'array.flatten': ([items]) => asList(items).flatMap((item) => (isArray(item) ? item : [item])),
  'object.subset': ([whole, part]) => isSubset(whole ?? null, part ?? null),
  'graph.reachable': reachable,
  'graph.reachable_paths': reachablePaths,
  set_diff: ([a, b]) => {
    const drop = new Set(asList(b).map(keyText));
    return makeSet(asList(a).filter((item) => !drop.has(keyText(item))));
  },
  cast_array: ([value]) => asList(value),
  cast_set: ([value]) => makeSet(asList(value)),
  cast_string: cast('string'),
  cast_boolean: cast('boolean'),
  cast_null: cast('null'),
  cast_object: ([value]) => makeObject(asPairs(value)),
};
