// Plans references into `input` and `data`, where rules and plain data lie in one tree.

import { type DocumentTerm, fixedPart, type ResolvedTerm } from '../check/resolved-tree.ts';
import { hasValues, type RuleNode } from '../check/rule-tree.ts';
import { hasUnbound } from './has-unbound.ts';
import type { Operand } from './ir.ts';
import { planMatch } from './plan-match.ts';
import {
  constant,
  emit,
  emitGet,
  inBlock,
  inScan,
  local,
  newLocal,
  type Planner,
  type Use,
} from './planner.ts';
import { isReplaced } from './replacements.ts';

/** Plans a reference into `input` or `data`. */
export function planDocument(planner: Planner, term: DocumentTerm, use: Use): void {
  if (term.root === 'input') {
    planBase(planner, 'input', term.path, use);
    return;
  }
  const { node, depth } = descend(planner, term.path);
  const { program, world, env, fail } = planner;
  if (!node) {
    planBase(planner, 'data', term.path, use);
    return;
  }
  if (node.kind === 'function') {
    emit(planner, { kind: 'jump', label: fail });
    return;
  }
  const rest = term.path.slice(depth);
  const callee =
    node.definitions.length > 0
      ? program.parts.rule(program, node, world)
      : program.parts.extent(program, node, world, rest.map(fixedPart));
  const target = newLocal(planner);
  emit(planner, { kind: 'call', target, callee, env, args: [], fail });
  planSteps(planner, local(target), rest, use);
}

type Descent = { readonly node: RuleNode | undefined; readonly depth: number };

// Goes down to the rule that answers, or to the place whose extent is needed; no node where only
// plain data can be.
function descend(planner: Planner, path: readonly ResolvedTerm[]): Descent {
  let node = planner.program.root;
  for (let depth = 0; ; depth += 1) {
    if (isReplaced(planner.world, node.path)) return { node: undefined, depth };
    if (node.definitions.length > 0) return { node, depth };
    const name = fixedPart(path[depth]);
    if (typeof name !== 'string') {
      const isExtent = name === undefined ? node.children.size > 0 : hasValues(node);
      return { node: isExtent || isPackage(planner, node) ? node : undefined, depth };
    }
    const child = node.children.get(name);
    if (!child) return { node: undefined, depth };
    node = child;
  }
}

// A package without rules is an empty object.
function isPackage(planner: Planner, node: RuleNode): boolean {
  return node !== planner.program.root;
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
  if (root === 'data') planDataSteps(planner, local(target), path, use);
  else planSteps(planner, local(target), path, use);
}

// Plain data is found by path, and the parts of a path are texts: `data.list[2]` is key "2" too.
function planDataSteps(
  planner: Planner,
  source: Operand,
  path: readonly ResolvedTerm[],
  use: Use,
): void {
  const [part, ...rest] = path;
  if (part?.kind !== 'const') {
    planSteps(planner, source, path, use);
    return;
  }
  const { program } = planner;
  const key = constant(program, part.value);
  if (typeof part.value !== 'number') {
    planDataSteps(planner, emitGet(planner, source, key), rest, use);
    return;
  }
  const target = newLocal(planner);
  emit(planner, { kind: 'reset', target });
  for (const each of [key, constant(program, String(part.value))]) {
    inBlock(planner, () => {
      emit(planner, { kind: 'if-undefined', local: target, fail: planner.fail });
      emit(planner, { kind: 'assign', target, source: emitGet(planner, source, each) });
    });
  }
  emit(planner, { kind: 'if-defined', local: target, fail: planner.fail });
  planDataSteps(planner, local(target), rest, use);
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
