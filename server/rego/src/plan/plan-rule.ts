// Plans rules: each place in the tree becomes one function.

import type { ResolvedBranch, ResolvedTerm } from '../check/resolved-tree.ts';
import { arityOf, type RuleDefinition, type RuleNode, ruleNodes } from '../check/rule-tree.ts';
import { compareValues, type RegoValue } from '../values/rego-value.ts';
import { planMatch } from './plan-match.ts';
import { planTerm, planTerms } from './plan-term.ts';
import {
  beginFunction,
  constant,
  emit,
  emitProbe,
  endFunction,
  enterDefinition,
  inBlock,
  inScan,
  local,
  messageIndex,
  newLocal,
  type Planner,
  type Program,
} from './planner.ts';
import { isReplaced, pathKey, type World } from './replacements.ts';

/** Plans the function of a rule in a world, once, and returns its number. */
export function planRule(program: Program, node: RuleNode, world: World): number {
  return planOnce(program, `rule ${pathKey(node.path)} ${world.key}`, () => {
    const args = node.kind === 'function' ? arityOf(node) : 0;
    const planner = beginFunction(program, world, args);
    if (node.kind === 'set') planSet(planner, node);
    else if (node.kind === 'partial') planPartial(planner, node);
    else planValue(planner, node);
    return endFunction(planner, args, node.kind !== 'function');
  });
}

/** Plans a function under a key, unless it was planned or is being planned. */
export function planOnce(
  program: Program,
  key: string,
  plan: () => ReturnType<typeof endFunction>,
): number {
  const known = program.functionIds.get(key);
  if (known !== undefined) return known;
  const id = program.functions.length;
  program.functions.push(undefined);
  program.functionIds.set(key, id);
  program.functions[id] = plan();
  return id;
}

function conflict(planner: Planner, node: RuleNode, what: string): number {
  const name = ['data', ...node.path].join('.');
  return messageIndex(planner.program, `eval_conflict_error: ${name} ${what}`);
}

function planSet(planner: Planner, node: RuleNode): void {
  const target = newLocal(planner);
  emit(planner, { kind: 'make', target, shape: 'set' });
  for (const definition of node.definitions) {
    enterDefinition(planner, node, definition);
    for (const { body, member, at } of definition.branches) {
      inBlock(planner, () => {
        planner.program.parts.body(planner, body, () => {
          emitProbe(planner, 'head', at);
          if (!member) return;
          planTerm(planner, member, (value) => emit(planner, { kind: 'add', target, value }));
        });
      });
    }
  }
  emit(planner, { kind: 'return', source: local(target) });
}

// A value or a function: the definitions must agree, then comes the default.
function planValue(planner: Planner, node: RuleNode): void {
  const result = newLocal(planner);
  emit(planner, { kind: 'reset', target: result });
  const shared = sharedConstant(node);
  const message = conflict(planner, node, 'has more than one value');
  for (const definition of node.definitions) {
    if (definition.rule.shape === 'default') continue;
    enterDefinition(planner, node, definition);
    planDefinition(planner, definition, { result, message, shared });
  }
  for (const { rule, branches } of node.definitions) {
    if (rule.shape !== 'default') continue;
    inBlock(planner, () => {
      emit(planner, { kind: 'if-undefined', local: result, fail: planner.fail });
      for (const { value } of branches) {
        planTerm(planner, value, (source) => {
          emit(planner, { kind: 'assign', target: result, source });
        });
      }
    });
  }
  emit(planner, { kind: 'return', source: local(result) });
}

// When every definition gives the same constant, the first that holds decides.
function sharedConstant(node: RuleNode): RegoValue | undefined {
  const rules = node.definitions.filter(({ rule }) => rule.shape !== 'default');
  const branches = rules.flatMap((definition) => definition.branches);
  const [first] = branches;
  if (first?.value.kind !== 'const') return undefined;
  const { value } = first.value;
  const agree = branches.every(
    (branch) => branch.value.kind === 'const' && compareValues(branch.value.value, value) === 0,
  );
  return agree ? value : undefined;
}

type ValueTarget = {
  readonly result: number;
  readonly message: number;
  readonly shared: RegoValue | undefined;
};

function planDefinition(
  planner: Planner,
  { branches }: RuleDefinition,
  { result, message, shared }: ValueTarget,
): void {
  const [only] = branches;
  if (shared !== undefined || (only && branches.length === 1)) {
    for (const branch of branches) {
      inBlock(planner, () => {
        planBranch(planner, branch, () => {
          if (shared !== undefined) {
            emit(planner, { kind: 'return', source: constant(planner.program, shared) });
          } else assignOnce(planner, branch.value, result, message);
        });
      });
    }
    return;
  }
  inBlock(planner, () => {
    const chosen = newLocal(planner);
    emit(planner, { kind: 'reset', target: chosen });
    inBlock(planner, () => {
      for (const branch of branches) {
        inBlock(planner, () => {
          planBranch(planner, branch, () => assignOnce(planner, branch.value, chosen, message));
        });
        emit(planner, { kind: 'if-undefined', local: chosen, fail: planner.fail });
      }
    });
    emit(planner, { kind: 'if-defined', local: chosen, fail: planner.fail });
    emit(planner, { kind: 'assign-once', target: result, source: local(chosen), message });
  });
}

function assignOnce(planner: Planner, value: ResolvedTerm, target: number, message: number): void {
  planTerm(planner, value, (source) => {
    emit(planner, { kind: 'assign-once', target, source, message });
  });
}

// Matches the arguments (locals 1, 2, …), then plans the body.
function planBranch(planner: Planner, branch: ResolvedBranch, next: () => void): void {
  const reached = () => {
    emitProbe(planner, 'head', branch.at);
    next();
  };
  const step = (index: number): void => {
    const pattern = branch.args[index];
    if (!pattern) {
      planner.program.parts.body(planner, branch.body, reached);
      return;
    }
    planMatch(planner, pattern, local(index + 1), () => step(index + 1));
  };
  step(0);
}

// A document of keys that are found out: everything at and below this place goes into one object.
function planPartial(planner: Planner, node: RuleNode): void {
  const target = newLocal(planner);
  emit(planner, { kind: 'make', target, shape: 'object' });
  const message = conflict(planner, node, 'has one key with different values');
  // Sets of rules below come first: what other rules add to them goes into a copy.
  for (const child of node.children.values()) {
    for (const below of ruleNodes(child)) {
      if (below.kind === 'function' || isReplaced(planner.world, below.path)) continue;
      inBlock(planner, () => planBelow(planner, node, below, target, message));
    }
  }
  for (const definition of node.definitions) {
    enterDefinition(planner, node, definition);
    for (const branch of definition.branches) {
      inBlock(planner, () => planEntry(planner, definition, branch, target, message));
    }
  }
  emit(planner, { kind: 'return', source: local(target) });
}

function planEntry(
  planner: Planner,
  { rule }: RuleDefinition,
  branch: ResolvedBranch,
  target: number,
  message: number,
): void {
  const [first] = branch.suffix;
  const value = rule.shape === 'set' ? branch.member : branch.value;
  if (!first || !value) return;
  planner.program.parts.body(planner, branch.body, () => {
    emitProbe(planner, 'head', branch.at);
    planTerms(planner, [value, ...branch.suffix], ([operand, ...keys]) => {
      const [key] = keys;
      if (!operand || !key) return;
      if (keys.length === 1 && rule.shape !== 'set') {
        emit(planner, { kind: 'put-once', target, key, value: operand, message });
        return;
      }
      const path = newLocal(planner);
      emit(planner, { kind: 'make', target: path, shape: 'array' });
      for (const part of keys) emit(planner, { kind: 'append', target: path, value: part });
      const kind = rule.shape === 'set' ? 'path-add' : 'path-once';
      emit(planner, { kind, target, path, value: operand, message });
    });
  });
}

function planBelow(
  planner: Planner,
  node: RuleNode,
  below: RuleNode,
  target: number,
  message: number,
): void {
  const { program, world, env, fail } = planner;
  const value = newLocal(planner);
  const callee = planRule(program, below, world);
  emit(planner, { kind: 'call', target: value, callee, env, args: [], fail });
  const own = below.kind === 'set' ? copySet(planner, value) : value;
  const path = newLocal(planner);
  emit(planner, { kind: 'make', target: path, shape: 'array' });
  for (const name of below.path.slice(node.path.length)) {
    emit(planner, { kind: 'append', target: path, value: constant(program, name) });
  }
  emit(planner, { kind: 'path-once', target, path, value: local(own), message });
}

/** A set with the same members, which may grow: that of a rule is remembered. */
function copySet(planner: Planner, source: number): number {
  const target = newLocal(planner);
  emit(planner, { kind: 'make', target, shape: 'set' });
  inScan(planner, local(source), (_key, value) => {
    emit(planner, { kind: 'add', target, value: local(value) });
  });
  return target;
}
