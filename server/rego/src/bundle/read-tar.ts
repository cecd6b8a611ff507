// Reads archives as OPA writes them (POSIX.1-1988, "ustar", behind gzip), and nothing else that the
// format can hold: no links, no devices, no paths that lead elsewhere, no file twice.

import { gunzipSync } from 'node:zlib';
import { isJsonObject } from '../syntax/json-object.ts';

/** The most that an archive may unpack to, and a directory have. Unit: bytes. */
export const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;
/** The most files of an archive or a directory. */
export const FILES_MAX = 1_000;
const BLOCK_BYTES = 512;

/** Files by path, without a slash at the beginning; or why they are refused. */
export type TarResult =
  | { readonly ok: true; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly ok: false; readonly message: string };

/** Unpacks an archive in memory. */
export function readTar(packed: Uint8Array): TarResult {
  let bytes: Uint8Array;
  try {
    bytes = gunzipSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (cause) {
    const isTooLarge = isJsonObject(cause) && cause.code === 'ERR_BUFFER_TOO_LARGE';
    const mib = UNPACKED_BYTES_MAX / 1024 ** 2;
    return refuse(isTooLarge ? `it unpacks to more than ${mib} MiB` : 'it is not a gzip archive');
  }
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK_BYTES <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return { ok: true, files };
    const entry = readHeader(header);
    if (typeof entry === 'string') return refuse(entry);
    const { path, size, kind } = entry;
    const from = at + BLOCK_BYTES;
    if (from + size > bytes.length) return refuse(`${path} is cut off`);
    at = from + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (kind === 'directory') continue;
    if (files.has(path)) return refuse(`${path} is in it twice`);
    if (files.size >= FILES_MAX) return refuse(`it has more than ${FILES_MAX} files`);
    files.set(path, bytes.subarray(from, from + size));
  }
  return files.size > 0 ? { ok: true, files } : refuse('it is empty');
}

function refuse(message: string): TarResult {
  return { ok: false, message };
}

interface Header {
  readonly path: string;
  readonly size: number;
  readonly kind: 'file' | 'directory';
}

/** @returns why it is refused, where it is text */
function readHeader(header: Uint8Array): Header | string {
  if (!isSumRight(header)) return 'it is not a tar archive, or is damaged';
  const [name, prefix] = [textAt(header, 0, 100), textAt(header, 345, 155)];
  const isUstar = textAt(header, 257, 5) === 'ustar';
  const written = isUstar && prefix !== '' ? `${prefix}/${name}` : name;
  const type = String.fromCharCode(header[156] ?? 0);
  const known = TYPES[type];
  if (known === undefined) return `${quote(written)} is ${OTHER_TYPES[type] ?? 'not a plain file'}`;
  const path = plainPath(written);
  if (path === undefined) return `the path ${quote(written)} leads out of it`;
  const digits = textAt(header, 124, 12).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) return `${quote(written)} has no size`;
  return { path, size: known === 'directory' ? 0 : Number.parseInt(digits, 8), kind: known };
}

const TYPES: Readonly<Record<string, Header['kind'] | undefined>> = {
  '0': 'file',
  '\0': 'file',
  '5': 'directory',
};

const OTHER_TYPES: Readonly<Record<string, string | undefined>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  x: 'an extended header, which OPA does not write',
  g: 'an extended header, which OPA does not write',
};

/** OPA writes `/policy.wasm`; other programs `./policy.wasm`. */
function plainPath(written: string): string | undefined {
  const path = written.replace(/^\.?\//, '').replace(/\/$/, '');
  if (path === '' || path.includes('\\')) return path === '' ? '.' : undefined;
  const isPlain = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isPlain ? path : undefined;
}

const SUM_AT = 148;
const SUM_BYTES = 8;
const BLANK = 32;

/** The sum is over the header as if its own field were blank. */
function isSumRight(header: Uint8Array): boolean {
  let sum = 0;
  for (const [at, byte] of header.entries()) {
    sum += at >= SUM_AT && at < SUM_AT + SUM_BYTES ? BLANK : byte;
  }
  return Number.parseInt(textAt(header, SUM_AT, SUM_BYTES).trim(), 8) === sum;
}

function textAt(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function quote(path: string): string {
  return JSON.stringify(path);
}
