// The state while one function is planned, and the small steps that all planners use. Planners are
// written with continuations: what follows a value is planned inside the loop that yields it.

import type { LocalVariable, ResolvedLiteral, ResolvedTerm } from '../check/resolved-tree.ts';
import type { RuleDefinition, RuleNode } from '../check/rule-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { encodeValue } from '../values/json-value.ts';
import type { RegoValue } from '../values/rego-value.ts';
import type { IrFunction, Operand, Statement } from './ir.ts';
import type { World } from './replacements.ts';

/** State shared by all functions of a program. */
export type Program = {
  readonly root: RuleNode;
  readonly functions: (IrFunction | undefined)[];
  readonly functionIds: Map<string, number>;
  readonly constants: RegoValue[];
  readonly constantIds: Map<string, number>;
  readonly messages: string[];
  readonly slots: Map<string, number>;
  /** The probes of a traced program; undefined without tracing. */
  readonly probes: ProbeTable | undefined;
  readonly parts: PlanParts;
};

/** A place in a text that an evaluation can reach. */
export type Probe = Position & {
  readonly file: string;
  /**
   * A line of a body, or the head whose body holds. Where a policy explains itself, also: a line
   * that held, one that is done with, a value in a line, the begin and the end of a rule.
   */
  readonly kind: 'literal' | 'head' | 'held' | 'done' | 'value' | 'enter' | 'leave';
  /** The path of the rule below `data`, such as `novacron/allow`. */
  readonly rule: string;
  /** Name that has the value; `with` for lines that contain `with`. */
  readonly name?: string;
};

/** Probes in the order of execution within a rule; a place that is planned twice has one. */
export type ProbeTable = {
  readonly list: Probe[];
  readonly ids: Map<string, number>;
  /** `trace`: lines and heads; `explain`: all that an explanation needs. */
  readonly mode: 'trace' | 'explain';
};

/** Takes what a term evaluates to. */
export type Use = (operand: Operand) => void;

/** The planners that need each other; tied together in plan-policy.ts. */
type PlanParts = {
  readonly body: (planner: Planner, body: readonly ResolvedLiteral[], next: () => void) => void;
  readonly term: (planner: Planner, term: ResolvedTerm, use: Use) => void;
  readonly rule: (program: Program, node: RuleNode, world: World) => number;
  readonly extent: (
    program: Program,
    node: RuleNode,
    world: World,
    rest: readonly (string | null | undefined)[],
  ) => number;
};

/** The state of one function. */
export type Planner = {
  readonly program: Program;
  world: World;
  /** The definition that is being planned: what probes are said to be of. */
  definition: { readonly file: string; readonly rule: string };
  /** The variables of the branch that is being planned. */
  locals: readonly LocalVariable[];
  /** The local that holds the environment. */
  env: number;
  /** Jump target if a value is undefined. */
  fail: number;
  statements: Statement[];
  readonly bound: Map<number, Operand>;
  nextLocal: number;
  localCount: number;
  labelCount: number;
};

/** Begins a function with `args` arguments. */
export function beginFunction(program: Program, world: World, args: number): Planner {
  const locals = args + 1;
  return {
    program,
    world,
    definition: { file: '', rule: '' },
    locals: [],
    env: 0,
    fail: 0,
    statements: [],
    bound: new Map(),
    nextLocal: locals,
    localCount: locals,
    labelCount: 0,
  };
}

/** Ends a function. */
export function endFunction(planner: Planner, args: number, memo: boolean): IrFunction {
  return { args, locals: planner.localCount, memo, body: planner.statements };
}

/** Says whose text comes next. */
export function enterDefinition(planner: Planner, node: RuleNode, from: RuleDefinition): void {
  planner.definition = { file: from.module.file, rule: node.path.join('/') };
}

/** In a traced program: emits a probe for this place. */
export function emitProbe(planner: Planner, kind: 'literal' | 'head', at: Position): void {
  if (planner.program.probes) putProbe(planner, { kind, at }, []);
}

/** Whether the program explains itself. */
export function isExplained({ program }: Planner): boolean {
  return program.probes?.mode === 'explain';
}

/** In a program that explains itself: emits a probe of what only an explanation needs. */
export function emitNote(
  planner: Planner,
  note: { readonly kind: Probe['kind']; readonly at: Position; readonly name?: string },
  value?: Operand,
): void {
  // A block of its own: the begin of a function is in none.
  if (isExplained(planner)) inBlock(planner, () => putProbe(planner, note, value ? [value] : []));
}

function putProbe(
  planner: Planner,
  { kind, at, name }: { kind: Probe['kind']; at: Position; name?: string },
  values: readonly Operand[],
): void {
  const { program, definition } = planner;
  if (!program.probes) return;
  const { list, ids } = program.probes;
  const key = [definition.file, at.row, at.column, kind, name].join(' ');
  const place = { ...definition, ...at, kind, ...(name === undefined ? {} : { name }) };
  const index = ids.get(key) ?? list.push(place) - 1;
  ids.set(key, index);
  const { nextLocal } = planner;
  const target = newLocal(planner);
  const args = [constant(program, index), ...values];
  emit(planner, { kind: 'builtin', target, name: 'internal.probe', args, fail: planner.fail });
  planner.nextLocal = nextLocal;
}

/** Adds a statement. */
export function emit(planner: Planner, statement: Statement): void {
  planner.statements.push(statement);
}

/** A fresh local. */
export function newLocal(planner: Planner): number {
  const index = planner.nextLocal;
  planner.nextLocal += 1;
  planner.localCount = Math.max(planner.localCount, planner.nextLocal);
  return index;
}

/** A local as an operand. */
export function local(index: number): Operand {
  return { kind: 'local', index };
}

/** Plans statements apart; `label` is where they go when undefined. Locals are given back after. */
function collect(planner: Planner, plan: (label: number) => void): CollectedBlock {
  const { statements, fail, nextLocal } = planner;
  planner.labelCount += 1;
  const label = planner.labelCount;
  planner.statements = [];
  planner.fail = label;
  plan(label);
  const body = planner.statements;
  planner.statements = statements;
  planner.fail = fail;
  planner.nextLocal = nextLocal;
  return { label, body };
}

type CollectedBlock = { readonly label: number; readonly body: readonly Statement[] };

/** Plans a block: what is undefined inside goes on after it. */
export function inBlock(planner: Planner, plan: () => void): void {
  emit(planner, { kind: 'block', ...collect(planner, plan) });
}

/** Plans a loop over a collection. */
export function inScan(
  planner: Planner,
  source: Operand,
  plan: (key: number, value: number, label: number) => void,
): void {
  const { nextLocal } = planner;
  const key = newLocal(planner);
  const value = newLocal(planner);
  const block = collect(planner, (label) => plan(key, value, label));
  emit(planner, { kind: 'scan', source, key, value, ...block });
  planner.nextLocal = nextLocal;
}

/** A constant as an operand. */
export function constant(program: Program, value: RegoValue): Operand {
  const key = JSON.stringify(encodeValue(value));
  let index = program.constantIds.get(key);
  if (index === undefined) {
    index = program.constants.length;
    program.constants.push(value);
    program.constantIds.set(key, index);
  }
  return { kind: 'const', index };
}

/** The index of a message for an evaluation that must stop. */
export function messageIndex(program: Program, message: string): number {
  const known = program.messages.indexOf(message);
  if (known >= 0) return known;
  return program.messages.push(message) - 1;
}

/** Reads a key of a collection into a fresh local. */
export function emitGet(planner: Planner, source: Operand, key: Operand): Operand {
  const target = newLocal(planner);
  emit(planner, { kind: 'get', target, source, key, fail: planner.fail });
  return local(target);
}
