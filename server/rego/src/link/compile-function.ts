// One function of the intermediate form to WebAssembly instructions.

import type { IrFunction, Relation, Statement } from '../plan/ir.ts';
import { compileCall, compileEnvironment } from './compile-call.ts';
import { compileStore } from './compile-store.ts';
import { unsigned } from './encode.ts';
import {
  call,
  close,
  depthOf,
  jumpIf,
  type Layout,
  load,
  number,
  type Of,
  OP,
  open,
  push,
  type State,
  store,
  storeDefined,
} from './instructions.ts';

const ARRAY = 5;
const OBJECT = 6;

// The comparison with 0 that means "does not hold".
const FAILS: Readonly<Record<Relation, readonly number[]>> = {
  equal: [],
  neq: [OP.eqz],
  lt: [OP.const, 0, OP.geS],
  lte: [OP.const, 0, OP.gtS],
  gt: [OP.const, 0, OP.leS],
  gte: [OP.const, 0, OP.ltS],
};

/** Compiles a function to its instructions and the number of its locals beyond the arguments. */
export function compileFunction(
  fn: IrFunction,
  layout: Layout,
): { readonly code: readonly number[]; readonly locals: number } {
  const state: State = { layout, code: [], labels: [], locals: fn.locals };
  compileAll(state, fn.body);
  state.code.push(OP.const, 0, OP.end);
  return { code: state.code, locals: state.locals - fn.args - 1 };
}

function compileAll(state: State, statements: readonly Statement[]): void {
  for (const statement of statements) compileStatement(state, statement);
}

function compileStatement(state: State, statement: Statement): void {
  switch (statement.kind) {
    case 'block':
      open(state, OP.block, statement.label);
      compileAll(state, statement.body);
      close(state);
      return;
    case 'scan':
      compileScan(state, statement);
      return;
    case 'jump':
      push(state, OP.br, unsigned(depthOf(state, statement.label)));
      return;
    case 'return':
      load(state, statement.source);
      push(state, OP.return);
      return;
    case 'reset':
    case 'assign':
    case 'assign-once':
    case 'make':
    case 'append':
    case 'add':
    case 'put':
    case 'put-once':
    case 'path-once':
    case 'path-add':
    case 'merge':
      compileStore(state, statement);
      return;
    case 'call':
    case 'builtin':
      compileCall(state, statement);
      return;
    case 'env-document':
    case 'env-slot':
    case 'env-derive':
    case 'env-put':
    case 'env-fill':
      compileEnvironment(state, statement);
      return;
    default:
      compileTest(state, statement);
      return;
  }
}

function compileScan(state: State, { source, key, value, label, body }: Of<'scan'>): void {
  const index = state.locals;
  state.locals += 1;
  number(state, 0);
  store(state, index);
  open(state, OP.block, 0);
  open(state, OP.loop, 0);
  load(state, index);
  load(state, source);
  call(state, 'vlen');
  push(state, OP.geS, OP.brIf, unsigned(1));
  for (const [reader, target] of [['key_at', key] as const, ['val_at', value] as const]) {
    load(state, source);
    load(state, index);
    call(state, reader);
    store(state, target);
  }
  load(state, index);
  number(state, 1);
  push(state, OP.add);
  store(state, index);
  open(state, OP.block, label);
  compileAll(state, body);
  close(state);
  push(state, OP.br, unsigned(0));
  close(state);
  close(state);
}

function compileTest(
  state: State,
  test: Of<'if-defined' | 'if-undefined' | 'if-collection' | 'holds' | 'compare' | 'shape' | 'get'>,
): void {
  if (test.kind === 'if-defined' || test.kind === 'if-undefined') {
    load(state, test.local);
    if (test.kind === 'if-defined') push(state, OP.eqz);
    jumpIf(state, test.fail);
    return;
  }
  if (test.kind === 'compare') {
    load(state, test.left);
    load(state, test.right);
    call(state, 'cmp');
    push(state, FAILS[test.relation]);
    jumpIf(state, test.fail);
    return;
  }
  load(state, test.source);
  if (test.kind === 'get') {
    load(state, test.key);
    call(state, 'get');
    storeDefined(state, test.target, test.fail);
    return;
  }
  if (test.kind === 'holds') {
    call(state, 'holds');
    push(state, OP.eqz);
    jumpIf(state, test.fail);
    return;
  }
  call(state, 'tag');
  if (test.kind === 'if-collection') {
    number(state, ARRAY);
    push(state, OP.ltS);
    jumpIf(state, test.fail);
    return;
  }
  number(state, test.shape === 'array' ? ARRAY : OBJECT);
  push(state, OP.ne);
  jumpIf(state, test.fail);
  load(state, test.source);
  call(state, 'len');
  number(state, test.size);
  push(state, OP.ne);
  jumpIf(state, test.fail);
}
