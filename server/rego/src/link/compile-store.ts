// Assignments and growing collections to instructions.

import type { Shape } from '../plan/ir.ts';
import {
  call,
  load,
  NOTHING,
  number,
  type Of,
  OP,
  push,
  type State,
  stopIf,
  store,
} from './instructions.ts';

const MAKERS: Readonly<Record<Shape, string>> = {
  array: 'mk_arr',
  set: 'mk_set',
  object: 'mk_obj',
};

/** Statements that change a local or a collection. */
type StoreStatement = Of<
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
>;

/** Compiles a statement that changes a local or a collection. */
export function compileStore(state: State, statement: StoreStatement): void {
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
