/** `novacron policy data set`: stores a document of a file on the server. */
import { err, ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../../../client/session.ts';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { readDocument } from '../files/read-document.ts';
import { findData, pathOf, reportWritten } from './find-data.ts';

/** Document to store. */
export interface SetRequest {
  readonly path: string;
  readonly file: string;
  readonly ifRevision?: number;
}

/** Stores a document. Failures: wrong usage, every problem of the server. */
export async function setData(session: Session, request: SetRequest): Promise<Outcome> {
  const document = await readText(session, request.file);
  if (!document.ok) return { failure: document.error };
  const found = await findData(session, request.path);
  if (!found.ok) return { failure: found.error };
  const { ifRevision } = request;
  const path = pathOf(request.path);
  const known = found.value;
  if (known === undefined) {
    if (ifRevision !== undefined) {
      return { failure: usageFailure(`there is no document data.${path} to change`) };
    }
    const input = { path, document: document.value };
    const made = await callOperation(session, 'policy_data.create', input);
    return made.ok ? reportWritten(made.value.resource, undefined) : { failure: made.error };
  }
  const changed = await callOperation(session, 'policy_data.update', {
    id: known.id,
    document: document.value,
    ...(ifRevision === undefined ? {} : { if_revision: ifRevision }),
  });
  if (!changed.ok) return { failure: changed.error };
  return reportWritten(changed.value.resource, known.version);
}

/** Reads a file as the text of a document. Failures: wrong usage. */
export async function readText(session: Session, file: string): Promise<Result<string, Failure>> {
  const read = await readDocument(session.io, file, 'the document');
  if (!read.ok) return read;
  const text = JSON.stringify(read.value);
  if (text === undefined) return err(usageFailure(`${file} has no document`));
  return ok(text);
}
