// The built runtime, taken apart into the sections that the linker adds to.

import { RUNTIME_WASM_BASE64 } from '../gen/runtime-wasm.ts';
import { type Reader, readByte, readBytes, readName, readUnsigned } from './encode.ts';

/** The numbers of the sections that the linker knows. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const;

/** A section that is a list: how many entries, and their bytes. */
type Entries = { readonly count: number; readonly bytes: Uint8Array };

/** The runtime as the linker needs it. */
export type RuntimeModule = {
  readonly sections: ReadonlyMap<number, Entries>;
  /** The bytes of each type. */
  readonly types: readonly string[];
  readonly functionImports: readonly { readonly name: string; readonly type: number }[];
  /** Numbers of exported functions by name. */
  readonly functions: ReadonlyMap<string, number>;
};

const HEADER_LENGTH = 8;
const FUNCTION = 0;
const MEMORY = 2;

let loaded: RuntimeModule | undefined;

/** The runtime; read once. */
export function loadRuntime(): RuntimeModule {
  loaded ??= readRuntime(Uint8Array.from(Buffer.from(RUNTIME_WASM_BASE64, 'base64')));
  return loaded;
}

function readRuntime(bytes: Uint8Array): RuntimeModule {
  const reader: Reader = { bytes, offset: HEADER_LENGTH };
  const sections = new Map<number, Entries>();
  while (reader.offset < bytes.length) {
    const id = readByte(reader);
    const body: Reader = { bytes: readBytes(reader, readUnsigned(reader)), offset: 0 };
    if (id === SECTION.custom) continue;
    const count = readUnsigned(body);
    sections.set(id, { count, bytes: body.bytes.subarray(body.offset) });
  }
  return {
    sections,
    types: readTypes(entriesOf(sections, SECTION.type)),
    functionImports: readImports(entriesOf(sections, SECTION.import)),
    functions: readExports(entriesOf(sections, SECTION.export)),
  };
}

/** The entries of a section, none if the section is not there. */
export function entriesOf(sections: ReadonlyMap<number, Entries>, id: number): Entries {
  return sections.get(id) ?? { count: 0, bytes: new Uint8Array() };
}

function readTypes({ count, bytes }: Entries): readonly string[] {
  const reader: Reader = { bytes, offset: 0 };
  return Array.from({ length: count }, () => {
    const start = reader.offset;
    readByte(reader);
    readBytes(reader, readUnsigned(reader));
    readBytes(reader, readUnsigned(reader));
    return bytes.subarray(start, reader.offset).join();
  });
}

function readImports({ count, bytes }: Entries): RuntimeModule['functionImports'] {
  const reader: Reader = { bytes, offset: 0 };
  const imports: { name: string; type: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    readName(reader);
    const name = readName(reader);
    const kind = readByte(reader);
    if (kind === FUNCTION) imports.push({ name, type: readUnsigned(reader) });
    else if (kind !== MEMORY) throw new Error('The runtime imports only functions and memory.');
    else if (readByte(reader) % 2 === 1) {
      readUnsigned(reader);
      readUnsigned(reader);
    } else readUnsigned(reader);
  }
  return imports;
}

function readExports({ count, bytes }: Entries): ReadonlyMap<string, number> {
  const reader: Reader = { bytes, offset: 0 };
  const functions = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const name = readName(reader);
    const kind = readByte(reader);
    const number = readUnsigned(reader);
    if (kind === FUNCTION) functions.set(name, number);
  }
  return functions;
}
