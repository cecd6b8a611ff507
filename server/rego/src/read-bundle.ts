// Bundles as `opa build -t wasm` makes them: `policy.wasm`, `.manifest` and `data.json` in an
// archive; and directories as `opa -b` takes them, where documents may also be YAML. Source: OPA's
// documentation of the bundle file format and of bundle signatures.

import { isDocument, parseDocument } from './bundle/parse-document.ts';
import { type BundleSignature, readSignatures } from './bundle/read-signatures.ts';
import { FILES_MAX, readTar, UNPACKED_BYTES_MAX } from './bundle/read-tar.ts';
import { parseRego } from './parse/parse-rego.ts';
import { isJsonObject, type JsonObject } from './syntax/json-object.ts';

/** The contents of a bundle that an evaluation needs. */
export type OpaBundle = BundleContents & { readonly wasm: Uint8Array };

/** Contents of a bundle, regardless of its target. */
export type BundleContents = {
  /** Absent where it was built from texts alone. */
  readonly wasm: Uint8Array | undefined;
  /** Path of the module, even if absent. */
  readonly wasmPath: string;
  /** Its texts in Rego by path. */
  readonly modules: Readonly<Record<string, string>>;
  /** Entrypoints in the manifest, such as `novacron/deny`; empty if it names none. */
  readonly entrypoints: readonly string[];
  /** The documents below `data`. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly regoVersion: 'v0' | 'v1';
  /** Whatever the manifest says under `metadata`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Signatures, checked against the files but not against trusted keys. */
  readonly signatures: readonly BundleSignature[];
};

/** A bundle, or why it is refused. */
export type BundleResult<Bundle = OpaBundle> =
  | { readonly ok: true; readonly value: Bundle }
  | { readonly ok: false; readonly message: string };

const MANIFEST = '.manifest';
const SIGNATURES = '.signatures.json';

class BadBundle extends Error {}

/** Reads a bundle that has a module. Nothing of it is run. */
export function readBundle(packed: Uint8Array): BundleResult {
  const opened = openBundle(packed);
  if (!opened.ok) return opened;
  const { wasm, wasmPath } = opened.value;
  if (wasm !== undefined) return { ok: true, value: { ...opened.value, wasm } };
  return { ok: false, message: `${wasmPath} is not in it: opa build -t wasm adds it` };
}

/** Reads a bundle, also one of texts alone. Nothing of it is run. */
export function openBundle(packed: Uint8Array): BundleResult<BundleContents> {
  const tar = readTar(packed);
  return tar.ok ? openBundleFiles(tar.files) : tar;
}

/** Whether a file of a directory belongs to the bundle that the directory is. */
export function isBundleFile(path: string): boolean {
  const [name = ''] = path.split('/').slice(-1);
  if (path === MANIFEST || path === SIGNATURES || isDocument(path)) return true;
  return name.endsWith('.rego') || name.endsWith('.wasm');
}

/**
 * Reads a bundle that is a directory: its files by path, relative to the directory. There are as
 * many, of as many bytes, as an archive may have.
 */
export function openBundleFiles(
  files: ReadonlyMap<string, Uint8Array>,
): BundleResult<BundleContents> {
  if (files.size > FILES_MAX) return refuse(`it has more than ${FILES_MAX} files`);
  const bytes = [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const mib = UNPACKED_BYTES_MAX / 1024 ** 2;
  if (bytes > UNPACKED_BYTES_MAX) return refuse(`it has more than ${mib} MiB`);
  try {
    return { ok: true, value: assemble(files) };
  } catch (cause) {
    if (cause instanceof BadBundle) return { ok: false, message: cause.message };
    if (cause instanceof RangeError) return { ok: false, message: 'its JSON is nested too deeply' };
    throw cause;
  }
}

function refuse(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

function assemble(files: ReadonlyMap<string, Uint8Array>): BundleContents {
  const manifest = readObject(files, MANIFEST) ?? {};
  const resolvers = listOf(manifest.wasm ?? [], `${MANIFEST}: wasm`).map(readResolver);
  const [place = 'policy.wasm', ...others] = new Set(resolvers.map(({ module }) => module));
  if (others.length > 0) throw new BadBundle(`${MANIFEST}: wasm names several modules`);
  const data = readData(files, manifest);
  const signed = readSignatures(files, SIGNATURES);
  if (!signed.ok) throw new BadBundle(signed.message);
  return {
    wasm: files.get(place),
    wasmPath: place,
    modules: readModules(files, rootsOf(manifest)),
    entrypoints: [...new Set(resolvers.map(({ entrypoint }) => entrypoint))],
    data,
    regoVersion: manifest.rego_version === 0 ? 'v0' : 'v1',
    metadata: isJsonObject(manifest.metadata) ? manifest.metadata : {},
    signatures: signed.signatures,
  };
}

/** Its texts, whose packages are within the roots; what does not parse is reported by a check. */
function readModules(
  files: ReadonlyMap<string, Uint8Array>,
  roots: readonly (readonly string[])[],
): Readonly<Record<string, string>> {
  const found = [...files].filter(([path]) => path.endsWith('.rego'));
  const texts = found.map(([path, bytes]) => [path, readUtf8(path, bytes)] as const);
  for (const [file, text] of texts) {
    const parsed = parseRego(text, { file, regoVersion: 'auto' });
    const home = parsed.ok ? parsed.value.package : undefined;
    if (home === undefined || roots.some((root) => isWithin(home, root))) continue;
    const name = `data.${home.join('.')}`;
    throw new BadBundle(`${file}: ${name} is outside of the roots of its ${MANIFEST}`);
  }
  return Object.fromEntries(texts);
}

function isWithin(path: readonly string[], root: readonly string[]): boolean {
  return root.every((name, index) => path[index] === name);
}

function rootsOf({ roots = [''] }: JsonObject): readonly (readonly string[])[] {
  return listOf(roots, `${MANIFEST}: roots`).map((root) => String(root).split('/').filter(Boolean));
}

function readUtf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadBundle(`${path} is not UTF-8`);
  }
}

function readResolver(entry: unknown): { readonly entrypoint: string; readonly module: string } {
  const { entrypoint, module } = isJsonObject(entry) ? entry : {};
  if (typeof entrypoint !== 'string' || typeof module !== 'string') {
    throw new BadBundle(`${MANIFEST}: wasm has an entry without entrypoint and module`);
  }
  return { entrypoint, module: module.replace(/^\//, '') };
}

/** Every document, each at its directory, within the roots of the manifest. */
function readData(files: ReadonlyMap<string, Uint8Array>, manifest: JsonObject): JsonObject {
  const roots = rootsOf(manifest);
  let data: JsonObject = {};
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isDocument(path)) continue;
    const parsed = parseDocument(path, bytes);
    if (!parsed.ok) throw new BadBundle(parsed.message);
    const at = path.split('/').slice(0, -1);
    const whole = at.reduceRight<unknown>((inner, name) => ({ [name]: inner }), parsed.value);
    if (!isJsonObject(whole)) throw new BadBundle(`${path} is directly below data and no object`);
    data = merge(data, whole, path);
  }
  const stray = findStray(data, roots, []);
  if (stray !== undefined) {
    throw new BadBundle(`data.${stray.join('.')} is outside of the roots of its ${MANIFEST}`);
  }
  return data;
}

function merge(left: JsonObject, right: JsonObject, path: string): JsonObject {
  const merged = new Map(Object.entries(left));
  for (const [name, value] of Object.entries(right)) {
    const known = merged.get(name);
    if (known === undefined) merged.set(name, value);
    else if (isJsonObject(known) && isJsonObject(value))
      merged.set(name, merge(known, value, path));
    else throw new BadBundle(`${path} says ${name} again, which another document has said`);
  }
  return Object.fromEntries(merged);
}

/** The first place that no root leads to. */
function findStray(
  value: JsonObject,
  roots: readonly (readonly string[])[],
  path: readonly string[],
): readonly string[] | undefined {
  if (roots.some((root) => root.every((name, index) => path[index] === name))) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, name];
    const isWithin = roots.some((root) => root.every((part, index) => at[index] === part));
    if (isWithin) continue;
    const mayLead = roots.some((root) => at.every((part, index) => root[index] === part));
    if (!mayLead || !isJsonObject(inner)) return at;
    const found = findStray(inner, roots, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readObject(files: ReadonlyMap<string, Uint8Array>, path: string): JsonObject | undefined {
  const bytes = files.get(path);
  if (bytes === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isJsonObject(json)) return json;
  } catch {
    // The message below says it in our words.
  }
  throw new BadBundle(`${path} is not a JSON object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new BadBundle(`${what} is not a list`);
  return value;
}
