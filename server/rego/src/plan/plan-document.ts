// Plans references into `input` and `data`, where rules and plain data lie in one tree.

import type { DocumentTerm, ResolvedTerm } from '../check/resolved.ts';
import { hasRules, hasValues, type RuleNode } from '../check/rule-tree.ts';
import type { Operand } from './ir.ts';
import { planMatch } from './plan-match.ts';
import { emit, emitGet, inScan, local, newLocal, type Planner, type Use } from './planner.ts';
import { hasUnbound } from './unbound.ts';
import { isReplaced } from './world.ts';

/** Plans a reference into `input` or `data`. */
export function planDocument(planner: Planner, term: DocumentTerm, use: Use): void {
  if (term.root === 'input') {
    planBase(planner, 'input', term.path, use);
    return;
  }
  const { node, depth } = descend(planner, term.path);
  if (!node) {
    planBase(planner, 'data', term.path, use);
    return;
  }
  if (node.kind === 'function') {
    emit(planner, { kind: 'jump', label: planner.fail });
    return;
  }
  const { program, world, env, fail } = planner;
  const isRule = node.definitions.length > 0;
  const callee = (isRule ? program.parts.rule : program.parts.extent)(program, node, world);
  const target = newLocal(planner);
  emit(planner, { kind: 'call', target, callee, env, args: [], fail });
  planSteps(planner, local(target), term.path.slice(depth), use);
}

type Descent = { readonly node: RuleNode | undefined; readonly depth: number };

// Goes down to the rule that answers, or to the place whose whole extent is needed; no node where
// only plain data can be.
function descend(planner: Planner, path: readonly ResolvedTerm[]): Descent {
  let node = planner.program.root;
  for (let depth = 0; ; depth += 1) {
    if (isReplaced(planner.world, node.path)) return { node: undefined, depth };
    if (node.definitions.length > 0) return { node, depth };
    const part = path[depth];
    const isFixed = part?.kind === 'const';
    const name = isFixed && typeof part.value === 'string' ? part.value : undefined;
    const child = name === undefined ? undefined : node.children.get(name);
    if (child) node = child;
    else if (isFixed || !(hasValues(node) || part === undefined)) return { node: undefined, depth };
    else return { node: isKnownPlace(node) ? node : undefined, depth };
  }
}

function isKnownPlace(node: RuleNode): boolean {
  return node.children.size > 0 || hasRules(node) || node.path.length > 0;
}

function planBase(
  planner: Planner,
  root: 'input' | 'data',
  path: readonly ResolvedTerm[],
  use: Use,
): void {
  const target = newLocal(planner);
  const { env, fail } = planner;
  emit(planner, { kind: 'env-document', target, env, root, fail });
  planSteps(planner, local(target), path, use);
}

/** Plans the steps of a path from a value on; a step without a value iterates. */
export function planSteps(
  planner: Planner,
  source: Operand,
  path: readonly ResolvedTerm[],
  use: Use,
): void {
  const [part, ...rest] = path;
  if (!part) {
    use(source);
    return;
  }
  if (hasUnbound(planner, part)) {
    inScan(planner, source, (key, value) => {
      planMatch(planner, part, local(key), () => {
        planSteps(planner, local(value), rest, use);
      });
    });
    return;
  }
  planner.program.parts.term(planner, part, (key) => {
    planSteps(planner, emitGet(planner, source, key), rest, use);
  });
}
