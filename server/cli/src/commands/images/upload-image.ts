/** Uploads an image in parts, for what is made of it. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CLIENT_HEADER } from '@novacron/contract/access/identity';
import { IMAGES_PATH } from '@novacron/contract/formats/uploaded-image';
import { type Problem, ProblemDocument, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { endpointText } from '../../client/endpoint.ts';
import type { Session } from '../../client/session.ts';
import { toAnsweredProblem, withDetail } from '../../failures/answered-problem.ts';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import { pause } from '../../io/cli-io.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { messageOf } from '../../io/message-of.ts';
import { startWorkProgress, type WorkProgress } from '../../output/work-progress.ts';
import type { OpenImage } from './open-image.ts';

/** Some seconds over a slow line; an interrupted part is sent again. Unit: bytes. */
const PART_BYTES = 16_777_216;

/** Maximum attempts to send a part, and the pause in between. */
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
  image: OpenImage,
): Promise<Result<string, Failure>> {
  const digits = await hashImage(session, image);
  if (!digits.ok) return digits;
  const name = `${digits.value}.${image.format}`;
  const sent = await sendParts(session, image, name);
  return sent.ok ? ok(`uploaded:${name}`) : err(nameFile(sent.error, name, image));
}

/** Puts the file that the person gave in the place of its name on the server. */
export function nameFile(failure: Failure, name: string, { path }: OpenImage): Failure {
  if (failure.kind !== 'problem') return failure;
  const { problem: found } = failure;
  return { ...failure, problem: withDetail(found, found.detail.replaceAll(name, path)) };
}

/** The name of an uploaded image on the server, from its reference. */
export function uploadedName(reference: string): string {
  return reference.slice('uploaded:'.length);
}

/** Reads all of the image, which takes minutes for a large one. */
async function hashImage(
  session: Session,
  { path, content, bytes }: OpenImage,
): Promise<Result<string, Failure>> {
  const hash = createHash('sha256');
  const progress = startProgress(session, 'reading the image, in MiB', bytes);
  try {
    let read = 0;
    for (;;) {
      if (session.signal.aborted) return err(INTERRUPTED);
      const part = await readPart(content, read);
      if (part.byteLength === 0) break;
      hash.update(part);
      read += part.byteLength;
      progress.show(Math.floor(read / BYTES_PER_MIB));
    }
    return ok(hash.digest('hex'));
  } catch (cause) {
    return err(usageFailure(`cannot read ${path}: ${explainFileTrouble(cause)}`));
  } finally {
    progress.end();
  }
}

function startProgress(session: Session, what: string, bytes: number): WorkProgress {
  const shown = session.progress === 'hidden' ? 'hidden' : 'shown';
  return startWorkProgress(session.io, { what, total: Math.ceil(bytes / BYTES_PER_MIB), shown });
}

const Progress = z.looseObject({
  received: z.int(),
  state: z.enum(['partial', 'complete']),
});
type Progress = z.infer<typeof Progress>;

async function sendParts(
  session: Session,
  { content, bytes: total }: OpenImage,
  name: string,
): Promise<Result<null, Failure>> {
  const progress = startProgress(session, 'uploading, in MiB', total);
  try {
    let known = await putPart(session, name, { total });
    let tries = 0;
    for (;;) {
      if (session.signal.aborted) return err(INTERRUPTED);
      if (known.ok && known.value.state === 'complete') return ok(null);
      if (!known.ok && (!mayPass(known.error) || tries === TRIES_MAX)) {
        return err(problemFailure(known.error));
      }
      if (known.ok) {
        tries = 0;
        progress.show(Math.floor(known.value.received / BYTES_PER_MIB));
        const offset = known.value.received;
        known = await putPart(session, name, {
          offset,
          total,
          content: await readPart(content, offset),
        });
        continue;
      }
      tries += 1;
      await pause(session.io.timers, PAUSE_MS, session.signal);
      known = await putPart(session, name, { total });
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
