/** Uploads an image in parts, for what is made of it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import {
  IMAGES_PATH,
  UPLOADED_FORMATS,
  type UploadedFormat,
} from '@novacron/contract/formats/uploaded-image';
import { type Problem, ProblemDocument, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { endpointText } from '../../client/endpoint.ts';
import type { Session } from '../../client/session.ts';
import { toAnsweredProblem } from '../../failures/answered-problem.ts';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import { pause } from '../../io/cli-io.ts';
import { startWorkProgress } from '../../output/work-progress.ts';

/** The image. */
export interface ImageFile {
  readonly file: string;
  /** Undefined: the end of the file's name says it. */
  readonly format: UploadedFormat | undefined;
  /** What it may be; any format when absent. */
  readonly formats?: readonly UploadedFormat[];
}

/** Some seconds over a slow line; an interrupted part is sent again. Unit: bytes. */
const PART_BYTES = 16_777_216;

/** How often a part is tried, and the pause in between. */
const TRIES_MAX = 5;
const PAUSE_MS = 1_000;

const BYTES_PER_MIB = 1_048_576;

const INTERRUPTED: Failure = { kind: 'interrupted', message: 'interrupted; run it again to go on' };

/**
 * Uploads the image; an upload that was interrupted goes on where it was. Failures: files that
 * cannot be read, problems of the server, interrupted.
 * @returns the reference of the uploaded image
 */
export async function uploadImage(
  session: Session,
  image: ImageFile,
): Promise<Result<string, Failure>> {
  const { formats = UPLOADED_FORMATS } = image;
  const format = image.format ?? formatOf(image.file);
  if (format === undefined || !formats.includes(format)) {
    const known = formats.join(', ');
    return err(
      usageFailure(`the name of ${image.file} does not end in its format: add --format (${known})`),
    );
  }
  const opened = await open(image.file, 'r').catch((cause: unknown) => messageOf(cause));
  if (typeof opened === 'string') {
    return err(usageFailure(`${image.file} cannot be read: ${opened}`));
  }
  try {
    return await sendFile(session, opened, { ...image, format });
  } finally {
    await opened.close();
  }
}

function formatOf(file: string): UploadedFormat | undefined {
  const ending = extname(file).slice(1).toLowerCase();
  return UPLOADED_FORMATS.find((format) => format === (ending === 'img' ? 'raw' : ending));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const Progress = z.looseObject({
  received: z.int(),
  state: z.enum(['partial', 'complete']),
});
type Progress = z.infer<typeof Progress>;

async function sendFile(
  session: Session,
  file: FileHandle,
  { file: path, format }: ImageFile & { readonly format: UploadedFormat },
): Promise<Result<string, Failure>> {
  const { size } = await file.stat();
  if (size === 0) return err(usageFailure(`${path} is empty: it is no image`));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal: session.signal }).catch(() => undefined);
  if (session.signal.aborted) return err(INTERRUPTED);
  const name = `${hash.digest('hex')}.${format}`;
  const shown = session.progress === 'hidden' ? 'hidden' : 'shown';
  const total = Math.ceil(size / BYTES_PER_MIB);
  const progress = startWorkProgress(session.io, { what: 'uploading, in MiB', total, shown });
  try {
    let known = await putPart(session, name, { total: size });
    let tries = 0;
    for (;;) {
      if (session.signal.aborted) return err(INTERRUPTED);
      if (known.ok && known.value.state === 'complete') return ok(`uploaded:${name}`);
      if (!known.ok && (!mayPass(known.error) || tries === TRIES_MAX)) {
        return err(problemFailure(known.error));
      }
      if (known.ok) {
        tries = 0;
        progress.show(Math.floor(known.value.received / BYTES_PER_MIB));
        const content = await readPart(file, known.value.received);
        const part = { offset: known.value.received, total: size, content };
        known = await putPart(session, name, part);
        continue;
      }
      tries += 1;
      await pause(session.io.timers, PAUSE_MS, session.signal);
      known = await putPart(session, name, { total: size });
    }
  } finally {
    progress.end();
  }
}

async function readPart(file: FileHandle, offset: number): Promise<Buffer> {
  const buffer = Buffer.alloc(PART_BYTES);
  const { bytesRead } = await file.read(buffer, 0, PART_BYTES, offset);
  return buffer.subarray(0, bytesRead);
}

/** Another part may be under way, and a server may be away for a moment. */
function mayPass({ code }: Problem): boolean {
  return code === 'unavailable' || code === 'conflict' || code === 'rate-limited';
}

/** Sends a part; without content it asks how far the upload is. */
async function putPart(
  { connection, signal }: Session,
  name: string,
  part: { readonly total: number; readonly offset?: number; readonly content?: Buffer },
): Promise<Result<Progress, Problem>> {
  const { endpoint, apiKey } = connection;
  const { total, offset, content } = part;
  const address = endpointText(endpoint.value);
  const range =
    content === undefined || offset === undefined
      ? `bytes */${total}`
      : `bytes ${offset}-${offset + content.byteLength - 1}/${total}`;
  try {
    const answer = await fetch(`${address}${IMAGES_PATH}/${name}`, {
      method: 'PUT',
      headers: {
        'content-range': range,
        'content-type': 'application/octet-stream',
        [CLIENT_HEADER]: 'cli',
        ...(apiKey.kind === 'key' ? { authorization: `Bearer ${apiKey.value}` } : {}),
      },
      ...(content === undefined ? {} : { body: new Uint8Array(content) }),
      signal,
    });
    const text = await answer.text();
    if (answer.ok) return ok(Progress.parse(JSON.parse(text)));
    return err(readProblem(answer.status, text));
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `The image could not be sent to ${address}: ${messageOf(cause)}.`,
        remedy: 'Check the server, and run the command again: the upload goes on where it was.',
      }),
    );
  }
}

function readProblem(status: number, text: string): Problem {
  try {
    return toAnsweredProblem(ProblemDocument.parse(JSON.parse(text)));
  } catch {
    return problem('unavailable', {
      detail: `The server answered with status ${status}, and not as a NovaCron server does.`,
      remedy: 'Check the endpoint: a proxy may limit the size of requests.',
    });
  }
}
