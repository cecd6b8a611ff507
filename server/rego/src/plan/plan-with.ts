// Plans `with`: a changed copy of the environment, and a world that knows what is replaced.

import type { ResolvedLiteral, ResolvedModifier } from '../check/resolved-tree.ts';
import { findNode, hasRules } from '../check/rule-tree.ts';
import type { Operand } from './ir.ts';
import { planTerms } from './plan-term.ts';
import { constant, emit, newLocal, type Planner, type Program } from './planner.ts';
import { replaceData, replaceFunction, targetKey, type World } from './replacements.ts';

/** Plans a `with` literal; what follows it sees the old environment again. */
export function planWith(
  planner: Planner,
  literal: Extract<ResolvedLiteral, { kind: 'with' }>,
  next: () => void,
): void {
  const values = literal.modifiers.flatMap(({ replacement }) =>
    replacement.kind === 'value' ? [replacement.term] : [],
  );
  planTerms(planner, values, (operands) => {
    const { env, world } = planner;
    const inner = newLocal(planner);
    emit(planner, { kind: 'env-derive', target: inner, source: env });
    planner.world = applyModifiers(planner, literal.modifiers, operands, inner);
    planner.env = inner;
    const innerWorld = planner.world;
    planner.program.parts.body(planner, literal.body, () => {
      planner.env = env;
      planner.world = world;
      next();
      planner.env = inner;
      planner.world = innerWorld;
    });
    planner.env = env;
    planner.world = world;
  });
}

function applyModifiers(
  planner: Planner,
  modifiers: readonly ResolvedModifier[],
  operands: readonly Operand[],
  env: number,
): World {
  const { program } = planner;
  let { world } = planner;
  let used = 0;
  for (const { target, replacement } of modifiers) {
    const value = replacement.kind === 'value' ? operands[used] : undefined;
    if (replacement.kind === 'value') used += 1;
    if (target.kind !== 'function') {
      if (!value) continue;
      const path = constant(program, target.path);
      emit(planner, { kind: 'env-put', env, root: target.kind, path, value });
      if (target.kind === 'data') world = hideRules(program, world, target.path);
    } else if (replacement.kind === 'function') {
      const mock = { kind: 'function', target: replacement.target } as const;
      world = replaceFunction(world, target.target, mock);
    } else if (value) {
      const slot = slotOf(program, targetKey(target.target));
      emit(planner, { kind: 'env-fill', env, slot, value });
      world = replaceFunction(world, target.target, { kind: 'slot', slot });
    }
  }
  return world;
}

function hideRules(program: Program, world: World, path: readonly string[]): World {
  const node = findNode(program.root, path);
  return node && hasRules(node) ? replaceData(world, path) : world;
}

function slotOf(program: Program, key: string): number {
  const known = program.slots.get(key);
  if (known !== undefined) return known;
  const slot = program.slots.size;
  program.slots.set(key, slot);
  return slot;
}
