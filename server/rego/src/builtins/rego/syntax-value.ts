// A module's syntax tree as a value, without comments, annotations and places, as OPA gives it.

import { type TreeMaker, writeOpaTree } from '../../parse/opa-tree.ts';
import type { Module } from '../../syntax/ast.ts';
import { makeObject, numberFromText, type RegoValue } from '../../values/rego-value.ts';

const VALUES: TreeMaker<RegoValue> = {
  constant: (value) => value,
  number: numberFromText,
  list: (items) => items,
  object: (members) => makeObject([...members]),
  place: () => [],
};

/** The tree of a module: `package`, `imports` and `rules`, the last two if there are any. */
export function moduleValue(module: Module): RegoValue {
  return writeOpaTree(VALUES, module);
}
