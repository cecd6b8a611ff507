// Documents of a bundle: `data.json`, `data.yaml` and `data.yml`, as OPA reads them.

import { yamlToJson } from '../builtins/encoding/yaml.ts';
import { BuiltinFailure } from '../builtins/host/host-builtin.ts';

/** The most YAML of one file: its reader needs seconds for a MiB. Unit: bytes. */
const YAML_BYTES_MAX = 256 * 1024;

/** A document, or why there is none, as a sentence that begins with the path. */
export type DocumentResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

const NAMES = ['data.json', 'data.yaml', 'data.yml'];

/** Whether a file has a document, by its name. */
export function isDocument(path: string): boolean {
  const [name = ''] = path.split('/').slice(-1);
  return NAMES.includes(name);
}

/** Reads a document; YAML may be written as JSON. Throws a RangeError where it nests too deeply. */
export function parseDocument(path: string, bytes: Uint8Array): DocumentResult {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(`${path} is not UTF-8`);
  }
  const parsed = parseJson(text);
  if (parsed.ok) return parsed;
  if (path.endsWith('.json')) return refuse(`${path} is not JSON`);
  if (bytes.byteLength > YAML_BYTES_MAX) {
    const kib = YAML_BYTES_MAX / 1024;
    return refuse(`${path} has more than ${kib} KiB of YAML: JSON may have more`);
  }
  try {
    return { ok: true, value: JSON.parse(yamlToJson(text)) };
  } catch (cause) {
    if (!(cause instanceof BuiltinFailure)) throw cause;
    const [reason = ''] = cause.message.replace(/^yaml: /, '').split('\n');
    return refuse(`${path} is not YAML: ${reason.replace(/:$/, '')}`);
  }
}

function parseJson(text: string): DocumentResult {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return refuse('not JSON');
  }
}

function refuse(message: string): DocumentResult {
  return { ok: false, message };
}
