// Writes the module: the runtime's sections, each with the policy's entries after its own.

import {
  type ByteSink,
  byteSink,
  nameBytes,
  pushBytes,
  signed,
  sinkBytes,
  unsigned,
} from './encode.ts';
import { entriesOf, type RuntimeModule, SECTION } from './runtime-module.ts';
import { STATIC_BASE } from './static-data.ts';

/** A function to add: all arguments and its result are i32. */
export type LinkedFunction = {
  readonly args: number;
  readonly locals: number;
  readonly code: readonly number[];
};

/** Additions to the runtime. */
type Additions = {
  readonly functions: readonly LinkedFunction[];
  readonly staticBytes: Uint8Array;
  readonly exports: Readonly<Record<string, number>>;
  readonly facts: (memoryPages: number) => string;
};

/** The name of the custom section that the loader reads. */
export const FACTS_SECTION = 'rego.facts';

const PAGE = 65536;
const I32 = 0x7f;
const FUNCTION_TYPE = 0x60;
const ABI_EXPORTS = [
  'opa_malloc',
  'opa_free',
  'opa_json_parse',
  'opa_json_dump',
  'opa_value_dump',
  'opa_heap_ptr_get',
  'opa_heap_ptr_set',
];
const ABI_VERSIONS = [
  ['opa_wasm_abi_version', 1],
  ['opa_wasm_abi_minor_version', 2],
] as const;

/** Puts the module together. */
export function assemble(runtime: RuntimeModule, additions: Additions): Uint8Array {
  const { functions, staticBytes } = additions;
  const pages = Math.ceil((STATIC_BASE + staticBytes.length) / PAGE) + 1;
  const types = [...runtime.types];
  const functionTypes = functions.map(({ args }) => typeIndex(types, args));
  const out = byteSink();
  pushBytes(out, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(out, SECTION.type, types.length, [types.flatMap((type) => type.split(',').map(Number))]);
  section(out, SECTION.import, runtime.functionImports.length + 1, [imports(runtime, pages)]);
  grow(out, runtime, SECTION.function, functionTypes.map(unsigned));
  copy(out, runtime, SECTION.table);
  const globals = entriesOf(runtime.sections, SECTION.global).count;
  const versions = ABI_VERSIONS.map(([, version]) => [I32, 0, 0x41, version, 0x0b]);
  grow(out, runtime, SECTION.global, versions);
  const exported = exportEntries(runtime, additions.exports, globals);
  section(out, SECTION.export, exported.length, exported);
  copy(out, runtime, SECTION.element);
  grow(out, runtime, SECTION.code, functions.map(codeEntry));
  const place = [0, 0x41, ...signed(STATIC_BASE), 0x0b, ...unsigned(staticBytes.length)];
  grow(out, runtime, SECTION.data, [concat([place, staticBytes])]);
  const facts = new TextEncoder().encode(additions.facts(pages));
  pushSection(out, SECTION.custom, concat([nameBytes(FACTS_SECTION), facts]));
  return sinkBytes(out).slice();
}

function typeIndex(types: string[], args: number): number {
  const type = [FUNCTION_TYPE, args, ...Array<number>(args).fill(I32), 1, I32].join();
  const known = types.indexOf(type);
  return known >= 0 ? known : types.push(type) - 1;
}

function concat(parts: readonly ArrayLike<number>[]): Uint8Array {
  const sink = byteSink();
  for (const part of parts) pushBytes(sink, part);
  return sinkBytes(sink);
}

function pushSection(out: ByteSink, id: number, body: Uint8Array): void {
  pushBytes(out, [id, ...unsigned(body.length)]);
  pushBytes(out, body);
}

function section(
  out: ByteSink,
  id: number,
  count: number,
  entries: readonly ArrayLike<number>[],
): void {
  pushSection(out, id, concat([unsigned(count), ...entries]));
}

// The runtime's entries, then the added ones.
function grow(
  out: ByteSink,
  runtime: RuntimeModule,
  id: number,
  added: readonly ArrayLike<number>[],
): void {
  const { count, bytes } = entriesOf(runtime.sections, id);
  section(out, id, count + added.length, [bytes, ...added]);
}

function copy(out: ByteSink, runtime: RuntimeModule, id: number): void {
  if (runtime.sections.has(id)) grow(out, runtime, id, []);
}

function imports(runtime: RuntimeModule, pages: number): readonly number[] {
  const env = nameBytes('env');
  const functions = runtime.functionImports.flatMap(({ name, type }) => [
    ...env,
    ...nameBytes(name),
    0,
    ...unsigned(type),
  ]);
  return [...functions, ...env, ...nameBytes('memory'), 2, 0, ...unsigned(pages)];
}

function exportEntries(
  runtime: RuntimeModule,
  exports: Readonly<Record<string, number>>,
  globals: number,
): readonly (readonly number[])[] {
  const runtimeExports = ABI_EXPORTS.map((name) => {
    const index = runtime.functions.get(name);
    if (index === undefined) throw new Error(`The runtime has no ${name}.`);
    return [...nameBytes(name), 0, ...unsigned(index)];
  });
  const own = Object.entries(exports).map(([name, index]) => [
    ...nameBytes(name),
    0,
    ...unsigned(index),
  ]);
  const versions = ABI_VERSIONS.map(([name], index) => [
    ...nameBytes(name),
    3,
    ...unsigned(globals + index),
  ]);
  return [...runtimeExports, ...own, ...versions];
}

function codeEntry({ locals, code }: LinkedFunction): Uint8Array {
  const declared = locals > 0 ? [1, ...unsigned(locals), I32] : [0];
  return concat([unsigned(declared.length + code.length), declared, code]);
}
