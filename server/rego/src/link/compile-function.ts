// One function of the intermediate form to WebAssembly instructions. A value of 0 is undefined.

import type { IrFunction, Operand, Relation, Shape, Statement } from '../plan/ir.ts';
import { signed, unsigned } from './encode.ts';

/** Where things are in the module that is being linked. */
export type Layout = {
  /** Numbers of the runtime's functions. */
  readonly runtime: (name: string) => number;
  /** The number of the program's function. */
  readonly callee: (index: number) => number;
  readonly constant: (index: number) => number;
  readonly message: (index: number) => number;
  /** The function of a native builtin and its last, fixed argument if it has one. */
  readonly native: (
    name: string,
  ) => { readonly callee: number; readonly extra?: number } | undefined;
  /** The number under which the host knows a builtin. */
  readonly host: (name: string) => number;
  /** Addresses of the messages of a failed builtin, in strict mode. */
  readonly strict: ((name: string) => StrictMessages) | undefined;
  readonly slots: number;
};

/** Messages for an operand of the wrong type and for any other failure. */
export type StrictMessages = { readonly type: number; readonly other: number };

const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  const: 0x41,
  eqz: 0x45,
  ne: 0x47,
  ltS: 0x48,
  gtS: 0x4a,
  leS: 0x4c,
  geS: 0x4e,
  add: 0x6a,
} as const;
const NOTHING = 0x40;
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
const MAKERS: Readonly<Record<Shape, string>> = {
  array: 'mk_arr',
  set: 'mk_set',
  object: 'mk_obj',
};

type State = {
  readonly layout: Layout;
  readonly code: number[];
  /** Labels of the blocks around, 0 for blocks of the linker's own. */
  readonly labels: number[];
  locals: number;
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

function push(state: State, ...bytes: readonly (number | readonly number[])[]): void {
  for (const part of bytes) {
    if (typeof part === 'number') state.code.push(part);
    else for (const byte of part) state.code.push(byte);
  }
}

function load(state: State, operand: Operand | number): void {
  if (typeof operand === 'number') push(state, OP.get, unsigned(operand));
  else if (operand.kind === 'local') push(state, OP.get, unsigned(operand.index));
  else push(state, OP.const, signed(state.layout.constant(operand.index)));
}

function number(state: State, value: number): void {
  push(state, OP.const, signed(value));
}

function store(state: State, target: number): void {
  push(state, OP.set, unsigned(target));
}

function call(state: State, name: string): void {
  push(state, OP.call, unsigned(state.layout.runtime(name)));
}

function depthOf(state: State, label: number): number {
  const index = state.labels.lastIndexOf(label);
  if (index < 0) throw new Error('A statement jumps to a block that is not around it.');
  return state.labels.length - 1 - index;
}

function jumpIf(state: State, label: number): void {
  push(state, OP.brIf, unsigned(depthOf(state, label)));
}

function open(state: State, kind: number, label: number): void {
  push(state, kind, NOTHING);
  state.labels.push(label);
}

function close(state: State): void {
  push(state, OP.end);
  state.labels.pop();
}

function storeDefined(state: State, target: number, fail: number): void {
  push(state, OP.tee, unsigned(target), OP.eqz);
  jumpIf(state, fail);
}

// The condition on the stack stops the evaluation.
function stopIf(state: State, message: number): void {
  push(state, OP.if, NOTHING);
  number(state, state.layout.message(message));
  call(state, 'abort_with');
  push(state, OP.end);
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

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

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

function compileStore(
  state: State,
  statement: Of<
    | 'reset'
    | 'assign'
    | 'assign-once'
    | 'make'
    | 'append'
    | 'add'
    | 'put'
    | 'put-once'
    | 'path-once'
    | 'path-add'
    | 'merge'
  >,
): void {
  const { target } = statement;
  switch (statement.kind) {
    case 'reset':
      number(state, 0);
      store(state, target);
      return;
    case 'assign':
      load(state, statement.source);
      store(state, target);
      return;
    case 'assign-once':
      compileAssignOnce(state, statement);
      return;
    case 'make':
      call(state, MAKERS[statement.shape]);
      store(state, target);
      return;
    case 'append':
    case 'add':
      load(state, target);
      load(state, statement.value);
      call(state, statement.kind === 'append' ? 'arr_push' : 'set_add');
      return;
    case 'put':
    case 'put-once':
      load(state, target);
      load(state, statement.key);
      load(state, statement.value);
      call(state, statement.kind === 'put' ? 'obj_put' : 'obj_once');
      if (statement.kind === 'put-once') stopIf(state, statement.message);
      return;
    case 'path-once':
    case 'path-add':
      load(state, target);
      load(state, statement.path);
      load(state, statement.value);
      call(state, statement.kind === 'path-once' ? 'path_once' : 'path_add');
      stopIf(state, statement.message);
      return;
    case 'merge':
      load(state, statement.left);
      load(state, statement.right);
      call(state, 'merge');
      store(state, target);
      return;
  }
}

function compileAssignOnce(state: State, { target, source, message }: Of<'assign-once'>): void {
  load(state, target);
  push(state, OP.if, NOTHING);
  load(state, target);
  load(state, source);
  call(state, 'cmp');
  stopIf(state, message);
  push(state, OP.else);
  load(state, source);
  store(state, target);
  push(state, OP.end);
}

function compileCall(state: State, statement: Of<'call' | 'builtin'>): void {
  const { layout } = state;
  if (statement.kind === 'call') {
    load(state, statement.env);
    for (const argument of statement.args) load(state, argument);
    push(state, OP.call, unsigned(layout.callee(statement.callee)));
    storeDefined(state, statement.target, statement.fail);
    return;
  }
  const { name, args, target, fail } = statement;
  if (layout.strict) call(state, 'fault_reset');
  const native = layout.native(name);
  if (native) {
    for (const argument of args) load(state, argument);
    if (native.extra !== undefined) number(state, native.extra);
    push(state, OP.call, unsigned(native.callee));
  } else compileHostCall(state, name, args, target);
  if (layout.strict) {
    const messages = layout.strict(name);
    push(state, OP.tee, unsigned(target));
    number(state, messages.type);
    number(state, messages.other);
    call(state, 'strict_check');
    load(state, target);
  }
  storeDefined(state, target, fail);
}

function compileHostCall(
  state: State,
  name: string,
  args: readonly Operand[],
  target: number,
): void {
  call(state, 'mk_arr');
  store(state, target);
  for (const argument of args) {
    load(state, target);
    load(state, argument);
    call(state, 'arr_push');
  }
  number(state, state.layout.host(name));
  load(state, target);
  call(state, 'host_call');
}

function compileEnvironment(
  state: State,
  statement: Of<'env-document' | 'env-slot' | 'env-derive' | 'env-put' | 'env-fill'>,
): void {
  const { slots } = state.layout;
  if (statement.kind === 'env-derive') {
    load(state, statement.source);
    number(state, slots);
    call(state, 'env_derive');
    store(state, statement.target);
    return;
  }
  load(state, statement.env);
  switch (statement.kind) {
    case 'env-document':
      number(state, statement.root === 'input' ? 0 : 1);
      call(state, 'env_document');
      storeDefined(state, statement.target, statement.fail);
      return;
    case 'env-slot':
      number(state, statement.slot);
      call(state, 'env_slot');
      store(state, statement.target);
      return;
    case 'env-put':
      number(state, statement.root === 'input' ? 0 : 1);
      load(state, statement.path);
      load(state, statement.value);
      call(state, 'env_put');
      return;
    case 'env-fill':
      number(state, statement.slot);
      load(state, statement.value);
      call(state, 'env_fill');
      return;
  }
}
