// Makes archives for tests, good ones and others.

import { gzipSync } from 'node:zlib';
import { compileRego } from '../compile-rego.ts';

/** Properties of an archive entry besides its content. */
export type EntryOptions = { readonly type?: string; readonly link?: string };

/** One entry: a path, and what it holds. */
export type Entry = readonly [path: string, content: string | Uint8Array, options?: EntryOptions];

const BLOCK = 512;

/** A gzipped archive in the form of POSIX.1-1988. */
export function makeArchive(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(([path, content, { type = '0', link = '' } = {}]) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(BLOCK);
    header.write(path, 0, 100);
    header.write('0000600\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(' '.repeat(8), 148);
    header.write(type, 156);
    header.write(link, 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** The module of a text, as OPA's compiler would put it into a bundle. */
export function compileModule(text: string, entrypoints: readonly string[]): Uint8Array {
  const compiled = compileRego({ modules: { 'policy.rego': text }, entrypoints });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value.wasm;
}

/** The manifest that names entrypoints of `policy.wasm`. */
export function manifestOf(entrypoints: readonly string[], more: object = {}): string {
  const wasm = entrypoints.map((entrypoint) => ({ entrypoint, module: '/policy.wasm' }));
  return JSON.stringify({ revision: '', roots: [''], wasm, ...more });
}
