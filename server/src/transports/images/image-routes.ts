/**
 * Images over HTTP: uploads in parts from callers who may make templates or import volumes, and
 * downloads by nodes. The name of an image is the SHA-256 of its content, so a caller who can name
 * it has seen the template that has it, or the content.
 */
import { UPLOADED_FILE } from '@novacron/contract/formats/uploaded-image';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { mayCall, readsOnly } from '../../app/access/identity/may-call.ts';
import type { ImagePart, ImageProgress, ImageStore } from '../../ports/image-store.ts';
import type { Core } from '../dispatch/dispatch.ts';
import { contextOf, type ExchangeHandler, type ExchangeRequest } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { readBody } from './read-body.ts';
import { readRange, wrongRange } from './read-range.ts';
import { sendFile } from './send-file.ts';

/** The path of one image. */
export const IMAGE_PATH = '/images/:file';

const OK_STATUS = 200;

/** A caller who may make something of an image may send it. */
const NEEDED = ['template.create', 'volume.import'] as const;

/** Sends an image, or a part of it (RFC 9110, range requests). */
export function sendImage(images: ImageStore): ExchangeHandler {
  return async (request, response) => {
    const file = fileOf(request);
    const path = file === undefined ? undefined : images.pathOf(file);
    if (file === undefined || path === undefined) return sendProblem(response, notHere());
    const onDamage = async (): Promise<Problem> => {
      await images.verify(file);
      return damaged();
    };
    await sendFile(request, response, { path, sha256: file.slice(0, file.indexOf('.')), onDamage });
  };
}

/** Takes a part of an image; without one, it answers how far the upload is. */
export function takeImage(
  { application }: Pick<Core, 'application'>,
  images: ImageStore,
): ExchangeHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const { principal } = context;
    const isAllowed = NEEDED.some((each) => mayCall(principal, each));
    if (!isAllowed || principal.access === 'read') {
      const refusal = isAllowed ? readsOnly('an upload') : forbidden();
      await application.recordForbidden(NEEDED[0], context, refusal);
      return sendProblem(response, refusal);
    }
    const file = fileOf(request);
    if (file === undefined) return sendProblem(response, wrongName());
    const { tenantId } = principal;
    const range = readRange(request.get('content-range'));
    if (range === undefined) return sendProblem(response, wrongRange());
    const taken =
      range === 'none'
        ? ok(await images.progressOf(file, tenantId))
        : await readBody(request, (content) =>
            append(application, images, { file, tenantId, ...range, content }),
          );
    if (taken === 'hung-up') return;
    if (!taken.ok) return sendProblem(response, taken.error);
    response.status(OK_STATUS).json(taken.value);
  };
}

/** Appends a part that the quota of the tenant admits. */
async function append(
  application: Pick<Core['application'], 'admitUpload'>,
  images: ImageStore,
  part: ImagePart,
): Promise<Result<ImageProgress, Problem>> {
  const admitted = await application.admitUpload(part);
  if (!admitted.ok) return admitted;
  try {
    return await images.append(part);
  } finally {
    await admitted.value();
  }
}

function fileOf(request: ExchangeRequest): string | undefined {
  const { file } = request.params;
  return typeof file === 'string' && UPLOADED_FILE.test(file) ? file : undefined;
}

function notHere(): Problem {
  return problem('not-found', {
    detail: 'This server has no such image.',
    remedy:
      'Upload it: novacron template upload NAME FILE, or novacron volume import NAME --file ' +
      'FILE. Where several servers are one control plane, their directories for images have to ' +
      'be one (images-dir).',
  });
}

function damaged(): Problem {
  return problem('not-found', {
    detail: 'The image was damaged on this server after its upload, and was removed.',
    remedy:
      'Upload it again: novacron template upload NAME FILE, or novacron volume import NAME ' +
      '--file FILE.',
  });
}

function forbidden(): Problem {
  return problem('forbidden', {
    detail: `Only a caller with the permission ${NEEDED.join(' or ')} uploads images.`,
    remedy: 'Ask an administrator for a role with one of these permissions.',
  });
}

function wrongName(): Problem {
  return problem('validation-failed', {
    detail: 'The name of an image is its SHA-256 and its format: 64 digits and .qcow2.',
    remedy: 'Upload it with novacron template upload, which names it.',
  });
}
