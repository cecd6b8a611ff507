/** `novacron snapshot export`: has a snapshot exported, and downloads the image. */
import { createHash } from 'node:crypto';
import { constants, createReadStream, statSync } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import { EXPORTS_PATH } from '@novacron/contract/formats/snapshot-export';
import { SnapshotId } from '@novacron/contract/ids';
import type { SnapshotExport } from '@novacron/contract/kinds/snapshot/snapshot-export';
import { type Problem, ProblemDocument, problem } from '@novacron/contract/problem/problem';
import { endpointText } from '../../client/endpoint.ts';
import type { Session } from '../../client/session.ts';
import { toAnsweredProblem } from '../../failures/answered-problem.ts';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import { pause } from '../../io/cli-io.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { messageOf } from '../../io/message-of.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { failureOfOperation, waitOperation } from '../../operations/wait-operation.ts';
import { startWorkProgress, type WorkProgress } from '../../output/work-progress.ts';
import { writeRawImage } from './write-raw-image.ts';

/** Snapshot to export. */
export interface ExportRequest {
  /** Name or id. */
  readonly snapshot: string;
  readonly file: string;
}

/** Number of retries of a download, and the pause between them. */
const TRIES_MAX = 5;
const PAUSE_MS = 1_000;

const BYTES_PER_MIB = 1_048_576;
const PARTIAL_STATUS = 206;
const NO_SUCH_RANGE_STATUS = 416;

const INTERRUPTED: Failure = { kind: 'interrupted', message: 'interrupted; run it again to go on' };

/**
 * Exports the snapshot and downloads it, whole or not at all. Failures: a file that is there or
 * cannot be written, names that nothing has, problems of the server, interrupted.
 */
export async function exportSnapshot(session: Session, request: ExportRequest): Promise<Outcome> {
  const { file } = request;
  const refusal = await refuseTarget(file);
  if (refusal !== undefined) return { failure: usageFailure(`--file: ${refusal}`) };
  const resolved = await resolveName(session, ['snapshot'], request.snapshot);
  if (!resolved.ok) return { failure: resolved.error };
  const id = SnapshotId.parse(resolved.value);
  const { client, signal } = session;
  const asked = await client.call('snapshot.export', { id }, { signal });
  if (!asked.ok) return { failure: problemFailure(asked.error) };
  const ended = await waitOperation(session, { id: asked.value.operation.id });
  if (!ended.ok) return { failure: ended.error };
  const failed = failureOfOperation(ended.value);
  if (failed !== undefined) return { failure: failed };
  const listed = await client.call('snapshot.exports', {}, { signal });
  if (!listed.ok) return { failure: problemFailure(listed.error) };
  const found = listed.value.exports.find(({ snapshot_id }) => snapshot_id === id);
  if (found === undefined) return { failure: problemFailure(notThere(request.snapshot)) };
  const failure = await download(session, found, file);
  return failure === undefined
    ? { document: { kind: 'one', value: { ...found, file, file_format: formatOf(file) } } }
    : { failure };
}

/** Ends of names of files that the disk of the image is written to as it is. */
const RAW_NAMES: ReadonlySet<string> = new Set(['raw', 'img']);

function formatOf(file: string): 'raw' | 'qcow2' {
  return RAW_NAMES.has(endingOf(file)) ? 'raw' : 'qcow2';
}

function endingOf(file: string): string {
  return extname(file).slice(1).toLowerCase();
}

/**
 * Ends of names of images in formats that are not written here, with the name that qemu-img has
 * for the format; undefined for what it does not write.
 */
const OTHER_FORMATS: ReadonlyMap<string, string | undefined> = new Map([
  ['vmdk', 'vmdk'],
  ['vdi', 'vdi'],
  ['vhd', 'vpc'],
  ['vhdx', 'vhdx'],
  ['iso', undefined],
  ['gz', undefined],
  ['xz', undefined],
]);

/** @returns why nothing is written to a file, before the snapshot is exported; a clause */
async function refuseTarget(file: string): Promise<string | undefined> {
  const ending = endingOf(file);
  if (OTHER_FORMATS.has(ending)) {
    const named = `${file.slice(0, -ending.length)}qcow2`;
    const format = OTHER_FORMATS.get(ending);
    const convert =
      format === undefined
        ? ''
        : `, and convert it afterwards (qemu-img convert -O ${format} ${named} ${file})`;
    return (
      `an export is written as qcow2 or raw, and ${file} is named as ${ending}: use --file ` +
      `${named}${convert}`
    );
  }
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return `${file} is a directory: name a file in it`;
  if (found !== undefined) return `${file} exists: remove it, or choose another file`;
  const directory = dirname(file);
  const trouble = await access(directory, constants.W_OK).then(() => undefined, explainFileTrouble);
  return trouble === undefined ? undefined : `cannot write to ${directory}: ${trouble}`;
}

/** @returns why there is no file; undefined where it is there, with its checksum */
async function download(
  session: Session,
  { snapshot_id: id, bytes, sha256, virtual_bytes }: SnapshotExport,
  file: string,
): Promise<Failure | undefined> {
  const part = `${file}.part`;
  const progress = startProgress(session, 'downloading, in MiB', bytes);
  try {
    for (let tries = 0; ; tries += 1) {
      const before = sizeOf(part);
      const got = await fetchRest(session, { id, part, progress });
      if (session.signal.aborted) return INTERRUPTED;
      if (got.kind === 'failed') return got.failure;
      if (got.kind === 'complete') {
        const found = await checksumOf(session, part);
        if (found === sha256) return await finish(session, { part, file, virtual_bytes });
        // What was there before may have been of another export.
        await rm(part, { force: true });
        if (before === 0) return wrongContent(found, sha256);
        continue;
      }
      if (sizeOf(part) > before) tries = 0;
      if (tries >= TRIES_MAX) return problemFailure(got.problem);
      await pause(session.io.timers, PAUSE_MS, session.signal);
    }
  } finally {
    progress.end();
  }
}

/** A verified image, and what becomes of it. */
interface Downloaded {
  readonly part: string;
  readonly file: string;
  /** Unit: bytes. */
  readonly virtual_bytes: number;
}

/** Gives the image its name, or writes the disk in it. @returns why it was not done */
async function finish(session: Session, downloaded: Downloaded): Promise<Failure | undefined> {
  const { part, file } = downloaded;
  let whole = part;
  if (formatOf(file) === 'raw') {
    whole = `${file}.unpacked`;
    const failure = await unpack(session, downloaded, whole);
    if (failure !== undefined) return failure;
  }
  const trouble = await rename(whole, file).then(() => undefined, explainFileTrouble);
  if (trouble !== undefined) return cannotWrite(file, trouble);
  await rm(part, { force: true });
  return undefined;
}

/** Writes the disk of an image; what was written before it failed is removed. */
async function unpack(
  session: Session,
  { part, virtual_bytes }: Downloaded,
  target: string,
): Promise<Failure | undefined> {
  const { signal } = session;
  const progress = startProgress(session, 'writing the disk, in MiB', virtual_bytes);
  let isWritten = false;
  try {
    const trouble = await writeRawImage({
      image: part,
      target,
      signal,
      onProgress: (bytes) => progress.show(Math.floor(bytes / BYTES_PER_MIB)),
    });
    isWritten = trouble === undefined;
    if (trouble === undefined) return undefined;
    return trouble.about === 'target' ? cannotWrite(target, trouble.why) : notRaw(trouble.why);
  } catch (cause) {
    if (signal.aborted) return INTERRUPTED;
    throw cause;
  } finally {
    progress.end();
    if (!isWritten) await rm(target, { force: true });
  }
}

type Fetched =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted'; readonly problem: Problem }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface Fetch {
  readonly id: SnapshotId;
  readonly part: string;
  readonly progress: WorkProgress;
}

/** Fetches what a part does not have yet. */
async function fetchRest(
  { connection, signal }: Session,
  { id, part, progress }: Fetch,
): Promise<Fetched> {
  const { endpoint, apiKey } = connection;
  const address = endpointText(endpoint.value);
  const offset = sizeOf(part);
  try {
    const answer = await fetch(`${address}${EXPORTS_PATH}/${id}`, {
      headers: {
        [CLIENT_HEADER]: 'cli',
        ...(offset === 0 ? {} : { range: `bytes=${offset}-` }),
        ...(apiKey.kind === 'key' ? { authorization: `Bearer ${apiKey.value}` } : {}),
      },
      signal,
    });
    if (answer.status === NO_SUCH_RANGE_STATUS) return { kind: 'complete' };
    if (!answer.ok || answer.body === null) return await readFailure(answer);
    const isRest = answer.status === PARTIAL_STATUS;
    const failed = await write(answer.body, { part, progress, flags: isRest ? 'a' : 'w' });
    return failed === undefined ? { kind: 'complete' } : { kind: 'failed', failure: failed };
  } catch (cause) {
    const detail = `The export could not be fetched from ${address}: ${messageOf(cause)}.`;
    const remedy = 'Check the server, and run the command again: the download goes on.';
    return { kind: 'interrupted', problem: problem('unavailable', { detail, remedy }) };
  }
}

/** Writes what comes. @returns why the file cannot be written; rejects where the line broke */
async function write(
  body: AsyncIterable<Uint8Array>,
  target: { readonly part: string; readonly progress: WorkProgress; readonly flags: 'a' | 'w' },
): Promise<Failure | undefined> {
  const { part, progress, flags } = target;
  const file = await open(part, flags).catch(explainFileTrouble);
  if (typeof file === 'string') return cannotWrite(part, file);
  try {
    let bytes = (await file.stat()).size;
    for await (const chunk of body) {
      const trouble = await file.write(chunk).then(() => undefined, explainFileTrouble);
      if (trouble !== undefined) return cannotWrite(part, trouble);
      bytes += chunk.byteLength;
      progress.show(Math.floor(bytes / BYTES_PER_MIB));
    }
    await file.sync();
    return undefined;
  } finally {
    await file.close();
  }
}

function cannotWrite(part: string, why: string): Failure {
  return usageFailure(`--file: cannot write ${part}: ${why}`);
}

async function readFailure(answer: Response): Promise<Fetched> {
  const text = await answer.text();
  try {
    const found = toAnsweredProblem(ProblemDocument.parse(JSON.parse(text)));
    const mayPass = found.code === 'unavailable' || found.code === 'rate-limited';
    if (mayPass) return { kind: 'interrupted', problem: found };
    return { kind: 'failed', failure: problemFailure(found) };
  } catch {
    const detail = `The server answered with status ${answer.status}, not as NovaCron does.`;
    const remedy = 'Check the endpoint.';
    return { kind: 'failed', failure: problemFailure(problem('unavailable', { detail, remedy })) };
  }
}

function notThere(snapshot: string): Problem {
  return problem('not-found', {
    detail: `The export of ${snapshot} is not on this server.`,
    remedy:
      'Where several servers are one control plane, their directories for images have to be one ' +
      '(images-dir).',
  });
}

/** The image is kept for a program that reads it: the next run downloads nothing again. */
function notRaw(why: string): Failure {
  return problemFailure(
    problem('unavailable', {
      detail: `The disk cannot be written as a raw file: the image of the export ${why}.`,
      remedy: 'Use a file whose name ends in .qcow2, and convert it with qemu-img.',
    }),
  );
}

function wrongContent(found: string, expected: string): Failure {
  return problemFailure(
    problem('unavailable', {
      detail: `The download has the SHA-256 ${found}, and the export ${expected}.`,
      remedy: 'Run the command again: it downloads the export from its beginning.',
    }),
  );
}

/** Reads all of a file, which takes minutes for a large one. */
async function checksumOf(session: Session, file: string): Promise<string> {
  const hash = createHash('sha256');
  const progress = startProgress(session, 'verifying, in MiB', sizeOf(file));
  let read = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    read += chunk.length;
    progress.show(Math.floor(read / BYTES_PER_MIB));
  }
  progress.end();
  return hash.digest('hex');
}

function startProgress(session: Session, what: string, bytes: number): WorkProgress {
  const shown = session.progress === 'hidden' ? 'hidden' : 'shown';
  return startWorkProgress(session.io, { what, total: Math.ceil(bytes / BYTES_PER_MIB), shown });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
