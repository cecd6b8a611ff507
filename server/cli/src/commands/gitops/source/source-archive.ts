/** Archives between steps: gzipped tars with files and links, and nothing else. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ARTIFACT_BYTES_MAX } from '@novacron/contract/automation/runner';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';
import { followLinks, linksOf } from './follow-links.ts';
import type { SourceEntry } from './source-entry.ts';

const BLOCK = 512;

/** Types of entries in a tar. Source: POSIX, "ustar Interchange Format". */
const TYPES = { '0': 'file', '2': 'link' } as const;

/** Packs entries, in their order. Refused: what is too large, and paths that are too long. */
export async function packSource(
  entries: readonly SourceEntry[],
): Promise<Result<Buffer, Refusal>> {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    const header = headerOf(entry);
    if (header === undefined) return refuse(`The path ${entry.path} is too long for an archive.`);
    blocks.push(header);
    if (entry.kind === 'link') continue;
    const padding = (BLOCK - (entry.content.length % BLOCK)) % BLOCK;
    blocks.push(entry.content, Buffer.alloc(padding));
  }
  const packed = await promisify(gzip)(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
  if (packed.length <= ARTIFACT_BYTES_MAX) return ok(packed);
  return refuse(
    `The files take ${mibOf(packed.length)} MiB when compressed; an artifact may have ` +
      `${mibOf(ARTIFACT_BYTES_MAX)} MiB.`,
  );
}

function mibOf(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

function headerOf({ path, kind, content }: SourceEntry): Buffer | undefined {
  const split = splitPath(path);
  if (split === undefined || (kind === 'link' && content.length > 100)) return undefined;
  const header = Buffer.alloc(BLOCK);
  header.write(split.name, 0);
  header.write(kind === 'executable' ? '0000755\0' : '0000644\0', 100);
  header.write('0000000\0'.repeat(2), 108);
  header.write(`${octal(kind === 'link' ? 0 : content.length, 11)}\0`, 124);
  header.write(`${octal(0, 11)}\0`, 136);
  header.write(' '.repeat(8), 148);
  header.write(kind === 'link' ? '2' : '0', 156);
  if (kind === 'link') content.copy(header, 157);
  header.write('ustar\x0000', 257);
  header.write(split.prefix, 345);
  header.write(`${octal(sumOf(header), 6)}\0 `, 148);
  return header;
}

/** A name of 100 bytes at most, behind a prefix of 155 at most. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  const names = path.split('/');
  for (let count = 0; count < names.length; count += 1) {
    const prefix = names.slice(0, count).join('/');
    const name = names.slice(count).join('/');
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { prefix, name };
  }
  return undefined;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}

/** Unpacks an archive into a directory, which is empty. Refused: anything that leaves it. */
export async function unpackSource(
  packed: Buffer,
  directory: string,
): Promise<Result<readonly SourceEntry[], Refusal>> {
  const read = await readSource(packed);
  if (!read.ok) return read;
  const files = read.value.filter(({ kind }) => kind !== 'link');
  const links = linksOf(read.value);
  for (const { path, kind, content } of files) {
    const place = join(directory, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content, { flag: 'wx' });
    if (kind === 'executable') await chmod(place, 0o755);
  }
  // The last ones, so that nothing was written through a link.
  for (const [path, target] of links) {
    const place = join(directory, path);
    await mkdir(dirname(place), { recursive: true });
    await symlink(target, place);
  }
  return read;
}

/** What an archive may have when it is unpacked. Unit: bytes. */
const UNPACKED_BYTES_MAX = 4 * ARTIFACT_BYTES_MAX;

async function readSource(packed: Buffer): Promise<Result<readonly SourceEntry[], Refusal>> {
  const damaged = refuse('The artifact is damaged: it is not an archive that a step has made.');
  const unpacked = await promisify(gunzip)(packed, { maxOutputLength: UNPACKED_BYTES_MAX }).catch(
    () => undefined,
  );
  if (unpacked === undefined || unpacked.length % BLOCK !== 0) return damaged;
  const entries: SourceEntry[] = [];
  for (let at = 0; at < unpacked.length; ) {
    const header = unpacked.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const entry = readEntry(header, unpacked.subarray(at + BLOCK));
    if (entry === undefined) return damaged;
    entries.push(entry);
    const bytes = entry.kind === 'link' ? 0 : entry.content.length;
    at += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK;
  }
  const links = linksOf(entries);
  const leaving = entries.find(
    ({ path }) => isUnsafePath(path) || followLinks(path, links) === undefined,
  );
  if (leaving === undefined) return ok(entries);
  return refuse(`The artifact has a path that leaves its directory: ${leaving.path}`);
}

function readEntry(header: Buffer, behind: Buffer): SourceEntry | undefined {
  const size = Number.parseInt(textAt(header, 124, 12), 8);
  const type = textAt(header, 156, 1);
  const stored = Number.parseInt(textAt(header, 148, 8), 8);
  const blank = Buffer.from(header);
  blank.fill(' ', 148, 156);
  if (sumOf(blank) !== stored || !(size >= 0) || size > behind.length) return undefined;
  if (type !== '0' && type !== '2') return undefined;
  const prefix = textAt(header, 345, 155);
  const path = `${prefix === '' ? '' : `${prefix}/`}${textAt(header, 0, 100)}`;
  if (TYPES[type] === 'link') {
    return { path, kind: 'link', content: Buffer.from(textAt(header, 157, 100)) };
  }
  const isExecutable = (Number.parseInt(textAt(header, 100, 8), 8) & 0o111) !== 0;
  const content = behind.subarray(0, size);
  return { path, kind: isExecutable ? 'executable' : 'file', content };
}

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}

/** Names that no entry may have; Git would take settings out of a `.git`. */
const UNSAFE_NAMES: readonly string[] = ['', '.', '..', '.git'];

/** Whether a path is not one from the root to a file: empty, absolute, or with `..` in it. */
export function isUnsafePath(path: string): boolean {
  return path
    .toLowerCase()
    .split('/')
    .some((name) => UNSAFE_NAMES.includes(name) || name.includes('\\'));
}
