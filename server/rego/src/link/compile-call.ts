// Calls, and changes of the environment, to instructions.

import type { Operand } from '../plan/ir.ts';
import { unsigned } from './encode.ts';
import {
  call,
  load,
  number,
  type Of,
  OP,
  push,
  type State,
  store,
  storeDefined,
} from './instructions.ts';

/** Compiles a call of a rule, or of a builtin here or on the host. */
export function compileCall(state: State, statement: Of<'call' | 'builtin'>): void {
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

/** Compiles what `with` does. */
export function compileEnvironment(
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
