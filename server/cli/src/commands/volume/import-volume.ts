/** `novacron volume import`: uploads a disk image where it is a file, and makes a volume of it. */
import { commandOf } from '../../arguments/command-table.ts';
import type { Session } from '../../client/session.ts';
import { usageFailure } from '../../failures/failure.ts';
import { type Outcome, runWithInput } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';
import { type ImageFile, uploadImage } from '../images/upload-image.ts';

/** What to import. */
export interface ImportRequest {
  /** Of the volume. */
  readonly name: string;
  /** The image on this machine; undefined for one with an address. */
  readonly file: ImageFile | undefined;
  /** Address of the image; undefined for a file. */
  readonly image: string | undefined;
  /** Other fields of the volume; those that are not given are undefined. */
  readonly fields: Fields;
  /** How long the end is awaited. */
  readonly options: Fields;
}

/**
 * Imports the image. The upload of a file that was interrupted goes on where it was. Failures:
 * wrong usage, those of the upload, problems of the server.
 */
export async function importVolume(session: Session, request: ImportRequest): Promise<Outcome> {
  const { name, file, fields, options } = request;
  if ((file === undefined) === (request.image === undefined)) {
    return { failure: usageFailure('give the image either by --file or by --image') };
  }
  const sent = file === undefined ? undefined : await uploadImage(session, file);
  if (sent?.ok === false) return { failure: sent.error };
  const image = sent === undefined ? request.image : sent.value;
  const given = Object.entries({ name, image, ...fields }).filter(([, value]) => value != null);
  const input = Object.fromEntries(given);
  return await runWithInput(session, commandOf('volume.import'), { input, options });
}
