// `.signatures.json` of a bundle: a JSON Web Signature over the hashes of all of its files.

import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../syntax/json-object.ts';
import { parseDocument } from './parse-document.ts';

/** A signature that holds if its key is one to trust: the files are what it is over. */
export type BundleSignature = {
  readonly algorithm: string;
  /** Key id in the payload or the header; empty if neither has one. */
  readonly keyId: string;
  /** Signed text. */
  readonly text: string;
  /** Base64url. */
  readonly value: string;
};

/** The signatures, none where there is no such file; or why they are refused. */
export type SignaturesResult =
  | { readonly ok: true; readonly signatures: readonly BundleSignature[] }
  | { readonly ok: false; readonly message: string };

type Files = ReadonlyMap<string, Uint8Array>;

const HASHES: Readonly<Record<string, string | undefined>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Reads them and holds each against all other files. */
export function readSignatures(files: Files, path: string): SignaturesResult {
  const bytes = files.get(path);
  if (bytes === undefined) return { ok: true, signatures: [] };
  const listed = parseObject(new TextDecoder().decode(bytes))?.signatures;
  if (!Array.isArray(listed) || listed.length === 0) return refuse(`${path} has no signatures`);
  const others = new Map([...files].filter(([name]) => name !== path));
  const signatures: BundleSignature[] = [];
  for (const token of listed) {
    const read = readToken(String(token));
    if (read === undefined) return refuse(`${path} has an entry that is not a signature`);
    const wrong = findWrongFile(others, read.payload.files);
    if (wrong !== undefined) return refuse(`${path} ${wrong}`);
    signatures.push(read.signature);
  }
  return { ok: true, signatures };
}

function refuse(message: string): SignaturesResult {
  return { ok: false, message };
}

function readToken(
  token: string,
): { readonly payload: JsonObject; readonly signature: BundleSignature } | undefined {
  const [head = '', body = '', value = '', ...more] = token.split('.');
  const header = parseObject(decode(head));
  const payload = parseObject(decode(body));
  if (header === undefined || payload === undefined || value === '' || more.length > 0) return;
  const keyId = payload.keyid ?? header.kid ?? '';
  if (typeof header.alg !== 'string' || typeof keyId !== 'string') return undefined;
  const signature = { algorithm: header.alg, keyId, text: `${head}.${body}`, value };
  return { payload, signature };
}

/** Returns the fault of the list of files; undefined if it matches all files exactly. */
function findWrongFile(files: Files, listed: unknown): string | undefined {
  if (!Array.isArray(listed)) return 'is over no files';
  const left = new Set(files.keys());
  const entries: readonly unknown[] = listed;
  for (const entry of entries) {
    const { name, hash, algorithm } = isJsonObject(entry) ? entry : {};
    const path = String(name).replace(/^\//, '');
    const bytes = files.get(path);
    if (bytes === undefined) return `names ${JSON.stringify(path)}, which is not in the bundle`;
    const known = HASHES[String(algorithm)];
    if (known === undefined) return `has a hash of ${path} by ${String(algorithm)}`;
    const found = createHash(known).update(hashed(path, bytes)).digest('hex');
    if (found !== hash) return `is over another ${path}`;
    left.delete(path);
  }
  const [stray] = left;
  return stray === undefined ? undefined : `leaves out ${stray}`;
}

/**
 * Files whose parsed content OPA hashes. `data.yml` is hashed byte by byte, like any other file.
 */
const STRUCTURED = ['data.json', 'data.yaml', '.manifest'];

/** Returns the bytes to hash; for JSON or YAML, the content with sorted keys and without blanks. */
function hashed(path: string, bytes: Uint8Array): Uint8Array {
  if (!STRUCTURED.includes(path.split('/').at(-1) ?? '')) return bytes;
  const parsed = parseDocument(path, bytes);
  return parsed.ok ? new TextEncoder().encode(orderedJson(parsed.value)) : bytes;
}

function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(orderedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${orderedJson(inner)}`)}}`;
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
