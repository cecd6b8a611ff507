// json.filter, json.remove and json.patch: changes of documents at paths.

import {
  isArray,
  isObject,
  isSet,
  makeObject,
  makeSet,
  type RegoObject,
  type RegoValue,
} from '../../values/rego-value.ts';
import { asList, asString, BuiltinFailure, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { isEqual, keyText, lookUpKey } from './documents.ts';

/** Paths as a tree; a leaf stands for everything below it. */
type PathTree = { readonly branches: Map<string, PathTree>; isLeaf: boolean };

function readPath(path: RegoValue): readonly RegoValue[] {
  if (isArray(path)) return path;
  if (typeof path !== 'string') {
    throw new BuiltinFailure('a path is not a string or array', 'eval_type_error');
  }
  if (path === '') return [];
  const names = path.replace(/^\//, '').split('/');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function readPaths(paths: RegoValue | undefined): PathTree {
  const root: PathTree = { branches: new Map(), isLeaf: false };
  for (const path of asList(paths)) {
    let node = root;
    for (const part of readPath(path)) {
      const key = keyText(part);
      const next = node.branches.get(key) ?? { branches: new Map(), isLeaf: false };
      node.branches.set(key, next);
      node = next;
    }
    if (node !== root) node.isLeaf = true;
  }
  return root;
}

function branchOf(tree: PathTree, key: RegoValue): PathTree | undefined {
  return tree.branches.get(keyText(key));
}

function filter(value: RegoValue, tree: PathTree): RegoValue | undefined {
  if (tree.isLeaf) return value;
  if (isArray(value)) {
    return value.flatMap((item, index) => {
      const branch = branchOf(tree, String(index));
      const kept = branch && filter(item, branch);
      return kept === undefined ? [] : [kept];
    });
  }
  if (isSet(value)) {
    const kept = value.items.flatMap((item) => {
      const branch = branchOf(tree, item);
      const each = branch && filter(item, branch);
      return each === undefined ? [] : [each];
    });
    return makeSet(kept);
  }
  if (!isObject(value)) return undefined;
  const pairs = value.pairs.flatMap(([key, each]) => {
    const branch = branchOf(tree, key);
    const kept = branch && filter(each, branch);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return makeObject(pairs);
}

function remove(value: RegoValue, tree: PathTree): RegoValue {
  const keep = <T>(key: RegoValue, each: RegoValue, make: (kept: RegoValue) => T): readonly T[] => {
    const branch = branchOf(tree, key);
    if (branch?.isLeaf) return [];
    return [make(branch ? remove(each, branch) : each)];
  };
  if (isArray(value)) {
    return value.flatMap((item, index) => keep(String(index), item, (kept) => kept));
  }
  if (isSet(value)) return makeSet(value.items.flatMap((item) => keep(item, item, (kept) => kept)));
  if (!isObject(value)) return value;
  return makeObject(
    value.pairs.flatMap(([key, each]) => keep(key, each, (kept) => [key, kept] as const)),
  );
}

type Edit = (at: RegoValue | undefined) => RegoValue | undefined;

// Rebuilds `value` with the child at `key` replaced by what `edit` makes of it.
function editChild(
  value: RegoValue,
  key: RegoValue,
  mode: 'insert' | 'change',
  edit: Edit,
): RegoValue {
  if (isObject(value)) return editPair(value, key, edit);
  if (isSet(value)) {
    const present = value.items.find((item) => isEqual(item, key));
    const next = edit(present);
    if (mode === 'insert' && next !== undefined && !isEqual(next, key)) {
      return fail('the path into a set is not the added member');
    }
    const others = value.items.filter((item) => item !== present);
    return makeSet(next === undefined ? others : [...others, next]);
  }
  if (!isArray(value)) return fail('a path goes through a value that has no parts');
  const index = indexOf(value, key, mode);
  const next = edit(mode === 'insert' ? undefined : value[index]);
  const added = next === undefined ? [] : [next];
  return value.toSpliced(index, mode === 'insert' ? 0 : 1, ...added);
}

function editPair(object: RegoObject, key: RegoValue, edit: Edit): RegoValue {
  const next = edit(lookUpKey(object, key));
  const others = object.pairs.filter(([each]) => !isEqual(each, key));
  return makeObject(next === undefined ? others : [...others, [key, next] as const]);
}

function indexOf(array: readonly RegoValue[], key: RegoValue, mode: 'insert' | 'change'): number {
  if (key === '-' && mode === 'insert') return array.length;
  const text = typeof key === 'number' ? String(key) : key;
  if (typeof text !== 'string' || !/^(0|[1-9]\d*)$/.test(text))
    return fail('a path has an invalid index');
  const index = Number(text);
  const last = mode === 'insert' ? array.length : array.length - 1;
  return index <= last ? index : fail('an index is beyond the array');
}

function readAt(value: RegoValue, path: readonly RegoValue[]): RegoValue {
  let at: RegoValue | undefined = value;
  for (const key of path) {
    if (at !== undefined && isObject(at)) at = lookUpKey(at, key);
    else if (at !== undefined && isSet(at)) at = at.items.find((item) => isEqual(item, key));
    else if (at !== undefined && isArray(at)) at = at[indexOf(at, key, 'change')];
    else at = undefined;
    if (at === undefined) return fail('a path leads nowhere');
  }
  return at;
}

function writeAt(
  value: RegoValue,
  path: readonly RegoValue[],
  mode: 'insert' | 'change',
  edit: Edit,
): RegoValue {
  const [key, ...rest] = path;
  if (key === undefined) {
    const next = edit(value);
    return next === undefined ? fail('the whole document cannot be removed') : next;
  }
  if (rest.length === 0) return editChild(value, key, mode, edit);
  return editChild(value, key, 'change', (child) => {
    if (child === undefined) return fail('a path leads nowhere');
    return writeAt(child, rest, mode, edit);
  });
}

const addAt = (value: RegoValue, path: readonly RegoValue[], added: RegoValue) =>
  writeAt(value, path, 'insert', () => added);

function removeAt(value: RegoValue, path: readonly RegoValue[]): RegoValue {
  readAt(value, path);
  return writeAt(value, path, 'change', () => undefined);
}

function applyPatch(value: RegoValue, patch: RegoValue): RegoValue {
  if (!isObject(patch)) return fail('a patch is not an object');
  const field = (name: string): RegoValue => {
    const found = lookUpKey(patch, name);
    return found === undefined ? fail(`a patch has no "${name}"`) : found;
  };
  const path = readPath(field('path'));
  switch (asString(field('op'))) {
    case 'add':
      return addAt(value, path, field('value'));
    case 'remove':
      return removeAt(value, path);
    case 'replace':
      readAt(value, path);
      return writeAt(value, path, 'change', () => field('value'));
    case 'move': {
      const from = readPath(field('from'));
      return addAt(removeAt(value, from), path, readAt(value, from));
    }
    case 'copy':
      return addAt(value, path, readAt(value, readPath(field('from'))));
    case 'test':
      return isEqual(readAt(value, path), field('value')) ? value : fail('a test does not hold');
    default:
      return fail('a patch has an unknown "op"');
  }
}

/** The builtins that change documents at paths. */
export const JSON_PATH_BUILTINS: HostBuiltins = {
  'json.filter': ([object, paths]) => filter(object ?? null, readPaths(paths)),
  'json.remove': ([object, paths]) => remove(object ?? null, readPaths(paths)),
  'json.patch': ([document, patches]) =>
    asList(patches).reduce<RegoValue>(applyPatch, document ?? null),
};
