// The program and the runtime become one WebAssembly module with OPA's ABI 1.2.

import { BUILTINS } from '../builtins/declarations/builtin-table.ts';
import type { IrFunction, IrProgram } from '../plan/ir.ts';
import { assemble, type LinkedFunction } from './assemble.ts';
import { compileFunction } from './compile-function.ts';
import { signed, unsigned } from './encode.ts';
import type { Layout, StrictMessages } from './instructions.ts';
import { entriesOf, loadRuntime, type RuntimeModule, SECTION } from './runtime-module.ts';
import {
  finishStaticData,
  putMemoCell,
  putText,
  putValue,
  type StaticData,
  staticData,
} from './static-data.ts';

/** Names of host builtins begin with this, so that those of the SDK are never taken instead. */
export const HOST_PREFIX = 'rego:';

/** The host function that computes what an i64 cannot hold. */
const NUMBER_OP = 'internal.number_op';

/** Link options of a policy besides its program. */
type LinkOptions = {
  readonly builtinErrors: 'undefined' | 'fail';
  /** JSON that the loader reads: see policy-facts.ts. */
  readonly facts: (memoryPages: number) => string;
};

const TYPES: readonly string[] = ['null', 'boolean', 'number', 'string', 'array', 'object', 'set'];
const OP = { call: 0x10, get: 0x20, set: 0x21, const: 0x41, if: 0x04, end: 0x0b, return: 0x0f };
const I32_EQ = 0x46;
const NOTHING = 0x40;

/** Links a program to the bytes of a module. */
export function linkPolicy(program: IrProgram, options: LinkOptions): Uint8Array {
  const runtime = loadRuntime();
  const data = staticData();
  const hosts = hostNumbers(program);
  const base = runtime.functionImports.length + entriesOf(runtime.sections, SECTION.function).count;
  const layout = makeLayout(runtime, program, data, hosts, base, options);
  const functions: LinkedFunction[] = [];
  for (const fn of program.functions) {
    const { code, locals } = compileFunction(fn, layout);
    functions.push({ args: fn.args + 1, locals, code });
  }
  for (const [index, fn] of program.functions.entries()) {
    if (fn.memo) functions.push(memoFunction(layout, data, base + index));
  }
  const first = base + functions.length;
  const entries = new Map(program.entrypoints.map(({ name }, index) => [name, index] as const));
  functions.push(jsonFunction(layout, data, Object.fromEntries(entries)));
  functions.push(jsonFunction(layout, data, Object.fromEntries(hosts)));
  functions.push(evalFunction(layout, data, program, hosts));
  return assemble(runtime, {
    functions,
    staticBytes: finishStaticData(data),
    exports: { entrypoints: first, builtins: first + 1, opa_eval: first + 2 },
    facts: options.facts,
  });
}

// Every host builtin that the program calls, by its private name.
function hostNumbers(program: IrProgram): ReadonlyMap<string, number> {
  const numbers = new Map([[HOST_PREFIX + NUMBER_OP, 0]]);
  const visit = (statements: IrFunction['body']): void => {
    for (const statement of statements) {
      if (statement.kind === 'block' || statement.kind === 'scan') visit(statement.body);
      if (statement.kind !== 'builtin') continue;
      const name = HOST_PREFIX + statement.name;
      // Refused builtins are not in the table; a call of theirs stops the evaluation.
      const isHost = BUILTINS.get(statement.name)?.home !== 'native';
      if (isHost && !numbers.has(name)) numbers.set(name, numbers.size);
    }
  };
  for (const { body } of program.functions) visit(body);
  return numbers;
}

function makeLayout(
  runtime: RuntimeModule,
  program: IrProgram,
  data: StaticData,
  hosts: ReadonlyMap<string, number>,
  base: number,
  options: LinkOptions,
): Layout {
  const constants = program.constants.map((value) => putValue(data, value));
  const messages = program.messages.map((message) => putText(data, message).address);
  const remembered = new Map<number, number>();
  for (const [index, fn] of program.functions.entries()) {
    if (fn.memo) remembered.set(index, base + program.functions.length + remembered.size);
  }
  const runtimeFunction = (name: string) => found(runtime.functions.get(name), name);
  const strictMessages = new Map<string, StrictMessages>();
  return {
    runtime: runtimeFunction,
    callee: (index) => remembered.get(index) ?? base + index,
    constant: (index) => found(constants[index], 'constant'),
    message: (index) => found(messages[index], 'message'),
    native: (name) => nativeFunction(runtime, name),
    host: (name) => found(hosts.get(HOST_PREFIX + name), name),
    strict:
      options.builtinErrors === 'undefined'
        ? undefined
        : (name) => {
            const known = strictMessages.get(name) ?? putStrictMessages(data, name);
            strictMessages.set(name, known);
            return known;
          },
    slots: program.slots,
  };
}

function found(value: number | undefined, name: string): number {
  if (value === undefined) throw new Error(`The linker misses ${name}.`);
  return value;
}

function putStrictMessages(data: StaticData, name: string): StrictMessages {
  const type = `eval_type_error: ${name}: an operand has the wrong type`;
  const other = `eval_builtin_error: ${name}: its operands have no result`;
  return { type: putText(data, type).address, other: putText(data, other).address };
}

function nativeFunction(runtime: RuntimeModule, name: string): ReturnType<Layout['native']> {
  if (BUILTINS.get(name)?.home !== 'native') return undefined;
  const type = TYPES.indexOf(name.slice('is_'.length));
  if (name.startsWith('is_') && type >= 0) {
    return { callee: found(runtime.functions.get('bi_is'), name), extra: type + 1 };
  }
  const symbol = `bi_${name.replace('internal.member_', 'member').replaceAll('.', '_')}`;
  return { callee: found(runtime.functions.get(symbol), symbol) };
}

// Looks the result up in its cell; otherwise computes and keeps it.
function memoFunction(layout: Layout, data: StaticData, callee: number): LinkedFunction {
  const cell = signed(putMemoCell(data));
  const code = [
    OP.const,
    ...cell,
    OP.get,
    0,
    OP.call,
    ...unsigned(layout.runtime('memo_has')),
    OP.if,
    NOTHING,
    OP.const,
    ...cell,
    0x28,
    2,
    4,
    OP.return,
    OP.end,
    OP.const,
    ...cell,
    OP.get,
    0,
    OP.get,
    0,
    OP.call,
    ...unsigned(callee),
    OP.call,
    ...unsigned(layout.runtime('memo_put')),
    OP.end,
  ];
  return { args: 1, locals: 0, code };
}

function jsonFunction(layout: Layout, data: StaticData, json: unknown): LinkedFunction {
  const { address, length } = putText(data, JSON.stringify(json));
  const parse = unsigned(layout.runtime('opa_json_parse'));
  const code = [OP.const, ...signed(address), OP.const, ...signed(length), OP.call, ...parse];
  return { args: 0, locals: 0, code: [...code, OP.end] };
}

// opa_eval(reserved, entrypoint, data, input text, input length, heap pointer, format)
function evalFunction(
  layout: Layout,
  data: StaticData,
  program: IrProgram,
  hosts: ReadonlyMap<string, number>,
): LinkedFunction {
  const ENTRYPOINT = 1;
  const DATA = 2;
  const TEXT = 3;
  const LENGTH = 4;
  const HEAP = 5;
  const INPUT = 7;
  const run = (name: string) => [OP.call, ...unsigned(layout.runtime(name))];
  const stop = (message: string) => [
    OP.const,
    ...signed(putText(data, message).address),
    ...run('abort_with'),
  ];
  const dispatch = program.entrypoints.flatMap(({ callee }, index) => [
    OP.get,
    ENTRYPOINT,
    OP.const,
    ...signed(index),
    I32_EQ,
    OP.if,
    NOTHING,
    OP.get,
    INPUT,
    OP.get,
    DATA,
    OP.const,
    ...signed(program.slots),
    ...run('env_new'),
    OP.call,
    ...unsigned(layout.callee(callee)),
    ...run('opa_json_dump'),
    OP.return,
    OP.end,
  ]);
  const code = [
    OP.get,
    HEAP,
    ...run('opa_heap_ptr_set'),
    OP.const,
    ...signed(found(hosts.get(HOST_PREFIX + NUMBER_OP), NUMBER_OP)),
    ...run('number_op_set'),
    OP.get,
    LENGTH,
    OP.if,
    NOTHING,
    OP.get,
    TEXT,
    OP.get,
    LENGTH,
    ...run('opa_json_parse'),
    OP.set,
    INPUT,
    OP.get,
    INPUT,
    0x45,
    OP.if,
    NOTHING,
    ...stop('input_error: no JSON'),
    OP.end,
    OP.end,
    ...dispatch,
    ...stop('entrypoint_error: no such entrypoint'),
    OP.const,
    0,
    OP.end,
  ];
  return { args: 7, locals: 1, code };
}
