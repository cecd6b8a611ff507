// What `with` replaces anywhere: nothing is known of its type then.

import type { Uses } from '../check/check-recursion.ts';
import { findNode, type RuleNode, ruleNodes } from '../check/rule-tree.ts';

/** Rules and functions by their places, and builtins by name. */
type Replaced = {
  readonly nodes: ReadonlySet<RuleNode>;
  readonly builtins: ReadonlySet<string>;
};

/** Finds what `with` replaces in any rule. */
export function findReplaced(root: RuleNode, uses: Iterable<Uses>): Replaced {
  const nodes = new Set<RuleNode>();
  const builtins = new Set<string>();
  for (const target of [...uses].flatMap(({ replaced }) => replaced)) {
    if (target.kind === 'input') continue;
    const place = target.kind === 'function' ? target.target : target;
    if (place.kind === 'builtin') {
      builtins.add(place.name);
      continue;
    }
    const node = findNode(root, place.path);
    for (const each of node ? ruleNodes(node) : []) nodes.add(each);
  }
  return { nodes, builtins };
}
