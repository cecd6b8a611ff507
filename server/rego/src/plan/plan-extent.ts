// Plans the extent of a place that is not a rule: all that rules below it give, over plain data.

import { childrenFor, type RuleNode } from '../check/rule-tree.ts';
import { planOnce } from './plan-rule.ts';
import {
  beginFunction,
  constant,
  emit,
  emitGet,
  endFunction,
  inBlock,
  local,
  newLocal,
  type Planner,
  type Program,
} from './planner.ts';
import { isReplaced, pathKey, type World } from './replacements.ts';

/** The parts of a reference that follow an extent: a name, or null for any. */
type Rest = readonly (string | null | undefined)[];

/**
 * Plans the function of an extent in a world, once, and returns its number. Rules that the rest of
 * the reference cannot mean are left out: they may be the very ones that refer to it.
 */
export function planExtent(program: Program, node: RuleNode, world: World, rest: Rest): number {
  const key = `extent ${pathKey(node.path)} ${JSON.stringify(rest)} ${world.key}`;
  return planOnce(program, key, () => {
    const planner = beginFunction(program, world, 0);
    const rules = newLocal(planner);
    emit(planner, { kind: 'make', target: rules, shape: 'object' });
    for (const [name, child] of childrenFor(node, rest[0])) {
      if (child.kind === 'function' || isReplaced(world, child.path)) continue;
      inBlock(planner, () => planChild(planner, name, child, rules, rest.slice(1)));
    }
    const data = newLocal(planner);
    emit(planner, { kind: 'reset', target: data });
    inBlock(planner, () => planBase(planner, node, data));
    const merged = newLocal(planner);
    emit(planner, { kind: 'merge', target: merged, left: rules, right: data });
    emit(planner, { kind: 'return', source: local(merged) });
    return endFunction(planner, 0, true);
  });
}

function planChild(
  planner: Planner,
  name: string,
  child: RuleNode,
  rules: number,
  rest: Rest,
): void {
  const { program, world, env, fail } = planner;
  const isRule = child.definitions.length > 0;
  const callee = isRule
    ? program.parts.rule(program, child, world)
    : planExtent(program, child, world, rest);
  const value = newLocal(planner);
  emit(planner, { kind: 'call', target: value, callee, env, args: [], fail });
  const key = constant(program, name);
  emit(planner, { kind: 'put', target: rules, key, value: local(value) });
}

function planBase(planner: Planner, node: RuleNode, data: number): void {
  const { env, fail } = planner;
  const root = newLocal(planner);
  emit(planner, { kind: 'env-document', target: root, env, root: 'data', fail });
  let source = local(root);
  for (const name of node.path) source = emitGet(planner, source, constant(planner.program, name));
  emit(planner, { kind: 'assign', target: data, source });
}
