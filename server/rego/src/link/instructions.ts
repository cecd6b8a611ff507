// Instructions of one function while it is compiled. A value of 0 is undefined.

import type { Operand, Statement } from '../plan/ir.ts';
import { signed, unsigned } from './encode.ts';

/** Positions in the module that is being linked. */
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

/** The instructions that the linker uses. */
export const OP = {
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
/** The type of a block without a result. */
export const NOTHING = 0x40;

/** A function while it is compiled. */
export type State = {
  readonly layout: Layout;
  readonly code: number[];
  /** Labels of the blocks around, 0 for blocks of the linker's own. */
  readonly labels: number[];
  locals: number;
};

/** Statements of some kinds. */
export type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Appends instructions. */
export function push(state: State, ...bytes: readonly (number | readonly number[])[]): void {
  for (const part of bytes) {
    if (typeof part === 'number') state.code.push(part);
    else for (const byte of part) state.code.push(byte);
  }
}

/** Puts an operand, or a local, on the stack. */
export function load(state: State, operand: Operand | number): void {
  if (typeof operand === 'number') push(state, OP.get, unsigned(operand));
  else if (operand.kind === 'local') push(state, OP.get, unsigned(operand.index));
  else push(state, OP.const, signed(state.layout.constant(operand.index)));
}

/** Puts a fixed number on the stack. */
export function number(state: State, value: number): void {
  push(state, OP.const, signed(value));
}

/** Takes the stack’s top into a local. */
export function store(state: State, target: number): void {
  push(state, OP.set, unsigned(target));
}

/** Calls a function of the runtime. */
export function call(state: State, name: string): void {
  push(state, OP.call, unsigned(state.layout.runtime(name)));
}

/** Returns the number of blocks between here and a label. */
export function depthOf(state: State, label: number): number {
  const index = state.labels.lastIndexOf(label);
  if (index < 0) throw new Error('A statement jumps to a block that is not around it.');
  return state.labels.length - 1 - index;
}

/** Goes to the end of a block if the stack’s top is not 0. */
export function jumpIf(state: State, label: number): void {
  push(state, OP.brIf, unsigned(depthOf(state, label)));
}

/** Begins a block or a loop. */
export function open(state: State, kind: number, label: number): void {
  push(state, kind, NOTHING);
  state.labels.push(label);
}

/** Ends a block or a loop. */
export function close(state: State): void {
  push(state, OP.end);
  state.labels.pop();
}

/** Takes the stack’s top into a local; goes to `fail` if it is undefined. */
export function storeDefined(state: State, target: number, fail: number): void {
  push(state, OP.tee, unsigned(target), OP.eqz);
  jumpIf(state, fail);
}

/** Stops the evaluation if the stack’s top is not 0. */
export function stopIf(state: State, message: number): void {
  push(state, OP.if, NOTHING);
  number(state, state.layout.message(message));
  call(state, 'abort_with');
  push(state, OP.end);
}
