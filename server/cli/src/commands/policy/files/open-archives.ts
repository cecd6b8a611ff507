/** Bundles that OPA built, as commands on policies in files take them: `--bundle FILE`. */
import { err, ok, type Result } from '@novacron/contract/result';
import { chooseEntry } from '@novacron/rego/choose-entry';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import {
  type BundleContents,
  type BundleResult,
  isBundleFile,
  openBundle,
  openBundleFiles,
} from '@novacron/rego/read-bundle';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';
import { messageOf } from '../../../io/message-of.ts';
import { listPlace } from './list-place.ts';
import { ANSWERS, type RegoBundle } from './read-policies.ts';
import { readBundleHead } from './read-policy-head.ts';

/** One bundle with its file. */
export interface Archive {
  readonly file: string;
  readonly contents: BundleContents;
}

/**
 * Opens bundles: archives, and directories that have their files. Failures: wrong usage; findings
 * where a file is not a bundle, or is refused.
 */
export async function openArchives(
  io: Pick<CliIo, 'readBytes' | 'listFiles'>,
  files: readonly string[],
): Promise<Result<readonly Archive[], Failure>> {
  const archives: Archive[] = [];
  for (const file of files) {
    const read = await readBundle(io, file);
    if (!read.ok) return read;
    const opened = read.value;
    if (!opened.ok) return err(findingsFailure(`${file}: ${opened.message}`));
    archives.push({ file, contents: opened.value });
  }
  return ok(archives);
}

/** Its texts and documents; each text has the path `FILE/PATH`. */
export function toTexts({ file, contents: { modules, data } }: Archive): RegoBundle {
  const named = Object.entries(modules).map(([path, text]) => [`${file}/${path}`, text]);
  return { place: file, modules: Object.fromEntries(named), data };
}

/**
 * Returns the problems of a bundle besides its texts: its module, its head, or that it has neither.
 */
export function checkArchive({ file, contents }: Archive): readonly RegoProblem[] {
  const { wasm, wasmPath, modules, data, entrypoints, metadata } = contents;
  const head = readBundleHead(metadata, file);
  const problems = head.ok ? [] : [...head.error];
  const asProblem = (message: string): readonly RegoProblem[] => [
    ...problems,
    { code: 'bad-bundle', message, file, row: 1, column: 1 },
  ];
  if (wasm === undefined) {
    if (Object.keys(modules).length > 0) return problems;
    return asProblem(`it has neither ${wasmPath} nor a .rego file: build it with opa build.`);
  }
  try {
    const known = loadPolicy(wasm, { data }).entrypoints;
    const entry = chooseEntry(entrypoints, known, ANSWERS);
    return typeof entry === 'string' ? asProblem(`${entry}.`) : problems;
  } catch (cause) {
    return asProblem(`${wasmPath} does not load: ${messageOf(cause)}`);
  }
}

async function readBundle(
  io: Pick<CliIo, 'readBytes' | 'listFiles'>,
  place: string,
): Promise<Result<BundleResult<BundleContents>, Failure>> {
  const listed = await listPlace(io, place, 'a bundle');
  if (!listed.ok) return listed;
  if (listed.value.length === 1 && listed.value[0] === place) {
    const bytes = await readSafely(io, place);
    return bytes.ok ? ok(openBundle(bytes.value)) : bytes;
  }
  const base = `${place.replace(/(.)\/+$/, '$1').replace(/\/$/, '')}/`;
  const files = new Map<string, Uint8Array>();
  for (const file of listed.value) {
    const path = file.startsWith(base) ? file.slice(base.length) : file;
    if (!isBundleFile(path)) continue;
    const bytes = await readSafely(io, file);
    if (!bytes.ok) return bytes;
    files.set(path, bytes.value);
  }
  if (files.size === 0) return err(usageFailure(`${place} has no files of a bundle`));
  return ok(openBundleFiles(files));
}

async function readSafely(
  io: Pick<CliIo, 'readBytes'>,
  file: string,
): Promise<Result<Uint8Array, Failure>> {
  try {
    return ok(await io.readBytes(file));
  } catch (cause) {
    return err(usageFailure(`cannot read a bundle from ${file}: ${explainFileTrouble(cause)}`));
  }
}
