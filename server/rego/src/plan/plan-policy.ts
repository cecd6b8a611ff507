// Plans a whole program: its entrypoints and every function they reach.

import type { ResolvedTerm } from '../check/resolved-tree.ts';
import type { RuleNode } from '../check/rule-tree.ts';
import type { IrFunction, IrProgram } from './ir.ts';
import { planBody } from './plan-body.ts';
import { planDocument } from './plan-document.ts';
import { planExtent } from './plan-extent.ts';
import { planRule } from './plan-rule.ts';
import { planTerm } from './plan-term.ts';
import {
  beginFunction,
  constant,
  emit,
  endFunction,
  inBlock,
  local,
  newLocal,
  type Planner,
  type ProbeTable,
  type Program,
} from './planner.ts';
import { PLAIN_WORLD } from './replacements.ts';

/**
 * Plans the entrypoints, each a path below `data` such as `a/b`.
 *
 * @param probes - filled with the probes of the program; undefined: tracing is off
 */
export function planPolicy(
  root: RuleNode,
  entrypoints: readonly string[],
  probes: ProbeTable | undefined,
): IrProgram {
  const program: Program = {
    root,
    functions: [],
    functionIds: new Map(),
    constants: [],
    constantIds: new Map(),
    messages: [],
    slots: new Map(),
    probes,
    parts: { body: planBody, term: planTerm, rule: planRule, extent: planExtent },
  };
  const planned = entrypoints.map((name) => ({ name, callee: planEntrypoint(program, name) }));
  const functions = program.functions.filter((each): each is IrFunction => each !== undefined);
  const { constants, messages, slots } = program;
  return { functions, entrypoints: planned, constants, messages, slots: slots.size };
}

function planEntrypoint(program: Program, name: string): number {
  const id = program.functions.push(undefined) - 1;
  const planner = beginFunction(program, PLAIN_WORLD, 0);
  const results = newLocal(planner);
  emit(planner, { kind: 'make', target: results, shape: 'array' });
  const path = name.split('/').map((value): ResolvedTerm => ({ kind: 'const', value }));
  const term = { kind: 'document', root: 'data', path, at: { row: 1, column: 1 } } as const;
  inBlock(planner, () => {
    planDocument(planner, term, (value) => addResult(planner, results, value));
  });
  emit(planner, { kind: 'return', source: local(results) });
  program.functions[id] = endFunction(planner, 0, false);
  return id;
}

function addResult(planner: Planner, results: number, value: ReturnType<typeof local>): void {
  const target = newLocal(planner);
  emit(planner, { kind: 'make', target, shape: 'object' });
  emit(planner, { kind: 'put', target, key: constant(planner.program, 'result'), value });
  emit(planner, { kind: 'append', target: results, value: local(target) });
}
