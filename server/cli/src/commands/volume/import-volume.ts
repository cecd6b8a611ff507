/** `novacron volume import`: uploads a disk image where it is a file, and makes a volume of it. */
import { err, ok, type Result } from '@novacron/contract/result';
import { commandOf } from '../../arguments/command-table.ts';
import type { Session } from '../../client/session.ts';
import { toAnsweredProblem } from '../../failures/answered-problem.ts';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import { resolveNames } from '../../operations/resolve-names.ts';
import { type Outcome, runWithInput } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';
import { type ImageFile, type OpenImage, withImage } from '../images/open-image.ts';
import { nameFile, uploadedName, uploadImage } from '../images/upload-image.ts';

/** Volume to import. */
export interface ImportRequest {
  /** Name of the volume. */
  readonly name: string;
  /** The image on this machine; undefined for one with an address. */
  readonly file: ImageFile | undefined;
  /** Address of the image; undefined for a file. */
  readonly image: string | undefined;
  /** Other fields of the volume; those that are not given are undefined. */
  readonly fields: Fields;
  /** Options for waiting for the import. */
  readonly options: Fields;
}

const BYTES_PER_GB = 1_073_741_824;

/**
 * Imports the image. What does not depend on its content is asked before it is sent, and the upload
 * of a file that was interrupted goes on where it was. Failures: wrong usage, those of the upload,
 * problems of the server.
 */
export async function importVolume(session: Session, request: ImportRequest): Promise<Outcome> {
  const { name, file, image, fields, options } = request;
  if ((file === undefined) === (image === undefined)) {
    return { failure: usageFailure('give the image either by --file or by --image') };
  }
  const given = Object.entries(fields).filter(([, value]) => value != null);
  const inputWith = (of: string) => ({ name, image: of, ...Object.fromEntries(given) });
  const command = commandOf('volume.import');
  if (image !== undefined || file === undefined) {
    return await runWithInput(session, command, { input: inputWith(image ?? ''), options });
  }
  const done = await withImage(file, async (opened) => {
    const sent = await sendAdmitted(session, opened, { name, ...Object.fromEntries(given) });
    if (!sent.ok) return sent;
    const input = inputWith(sent.value);
    const { failure, ...outcome } = await runWithInput(session, command, { input, options });
    const named = failure && nameFile(failure, uploadedName(sent.value), opened);
    return ok<Outcome>({ ...outcome, ...(named === undefined ? {} : { failure: named }) });
  });
  return done.ok ? done.value : { failure: done.error };
}

/** Uploads an image whose import the server would admit now. @returns its reference */
async function sendAdmitted(
  session: Session,
  image: OpenImage,
  input: Fields,
): Promise<Result<string, Failure>> {
  const refusal = await previewImport(session, image, input);
  return refusal === undefined ? await uploadImage(session, image) : err(refusal);
}

/** Asks whether the import would be refused. */
async function previewImport(
  session: Session,
  { virtualBytes }: OpenImage,
  given: Fields,
): Promise<Failure | undefined> {
  const resolved = await resolveNames(session, commandOf('volume.import'), given);
  if (!resolved.ok) return resolved.error;
  const size_gb = given.size_gb ?? Math.max(1, Math.ceil(virtualBytes / BYTES_PER_GB));
  const answer = await session.client.call(
    'admission.preview',
    {
      operation: 'volume.import',
      input: { ...resolved.value, size_gb },
      unknown: ['image'],
    },
    { signal: session.signal },
  );
  if (session.signal.aborted) return { kind: 'interrupted', message: 'interrupted' };
  if (!answer.ok) return problemFailure(answer.error);
  const problems = answer.value.problems.map(toAnsweredProblem);
  // A repetition with its key is answered with what the first one has made.
  const isKeyed = given.idempotency_key !== undefined;
  const found = problems.find(({ code }) => !(isKeyed && code === 'name-taken'));
  return found === undefined ? undefined : problemFailure(found);
}
