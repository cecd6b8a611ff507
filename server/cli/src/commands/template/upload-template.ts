/** `novacron template upload`: sends an image in parts, and makes a template of it. */
import { TemplateId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import type { Session } from '../../client/session.ts';
import { problemFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { type ImageFile, withImage } from '../images/open-image.ts';
import { nameFile, uploadedName, uploadImage } from '../images/upload-image.ts';

/** Image to upload. */
export interface UploadRequest extends ImageFile {
  /** Name of the template. */
  readonly name: string;
}

/**
 * Uploads the image and creates the template, or gives it a new version. Failures: those of the
 * upload, problems of the server.
 */
export async function uploadTemplate(session: Session, request: UploadRequest): Promise<Outcome> {
  const done = await withImage(request, async (image) => {
    const sent = await uploadImage(session, image);
    if (!sent.ok) return sent;
    const { failure, ...outcome } = await makeTemplate(session, request.name, sent.value);
    const named = failure && nameFile(failure, uploadedName(sent.value), image);
    return ok<Outcome>({ ...outcome, ...(named === undefined ? {} : { failure: named }) });
  });
  return done.ok ? done.value : { failure: done.error };
}

/** Creates the template; one that has the name gets the image as a new version. */
async function makeTemplate(
  { client, signal }: Session,
  name: string,
  image: string,
): Promise<Outcome> {
  const found = await client.call('template.list', { name }, { signal });
  if (!found.ok) return { failure: problemFailure(found.error) };
  const [known] = found.value.items;
  const written =
    known === undefined
      ? await client.call('template.create', { name, image }, { signal })
      : await client.call(
          'template.update',
          { id: TemplateId.parse(known.id), image, image_checksum: null },
          { signal },
        );
  if (!written.ok) return { failure: problemFailure(written.error) };
  return { document: { kind: 'written', value: written.value } };
}
