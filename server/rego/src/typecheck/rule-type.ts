// What a rule's value can be, from the types of its branches.

import type { RuleNode } from '../check/rule-tree.ts';
import { ANY, objectOf, type RegoType, setOf, unionOf } from './rego-type.ts';

/** The types of one branch's parts. */
export type BranchTypes = {
  readonly args: readonly RegoType[];
  readonly value: RegoType;
  readonly suffix: readonly RegoType[];
  readonly member: RegoType | undefined;
};

/** The type of a rule's value; of a function's result. */
export function ruleTypeOf(node: RuleNode, branches: readonly BranchTypes[]): RegoType {
  if (node.kind !== 'partial') return leafOf(branches);
  const [first] = branches;
  const depth = first?.suffix.length ?? 0;
  // Rules of different depths grow one document together: its parts are not distinguished.
  if (node.children.size > 0 || branches.some(({ suffix }) => suffix.length !== depth)) return ANY;
  const keys = (first?.suffix ?? []).map((_, index) =>
    unionOf(branches.map(({ suffix }) => suffix[index] ?? ANY)),
  );
  return keys.reduceRight((value, key) => objectOf(key, value), leafOf(branches));
}

// Members of all branches are in one set.
function leafOf(branches: readonly BranchTypes[]): RegoType {
  const members = branches.flatMap(({ member }) => (member ? [member] : []));
  const values = branches.filter(({ member }) => !member).map(({ value }) => value);
  return unionOf(members.length > 0 ? [...values, setOf(unionOf(members))] : values);
}
