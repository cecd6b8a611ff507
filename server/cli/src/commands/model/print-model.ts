/** `novacron model card` and `export`: texts that people read, or write to a file. */
import { operations } from '@novacron/contract/operations-table/operations';
import { callOperation, type Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { resolveName } from '../../operations/resolve-names.ts';

/** A version of a model; the newest one by default. */
export interface PrintedVersion {
  readonly model: string;
  readonly version: number | undefined;
}

/** Prints the card. Failures: problems of the server. */
export async function printCard(
  session: Session,
  { model, version, format }: PrintedVersion & { readonly format: 'markdown' | 'html' },
): Promise<Outcome> {
  const id = await resolveName(session, ['model'], model);
  if (!id.ok) return { failure: id.error };
  const answer = await callOperation(session, 'model.card', {
    id: id.value,
    model_version: version,
    format,
  });
  if (!answer.ok) return { failure: answer.error };
  const value = operations['model.card'].output.parse(answer.value);
  return { document: { kind: 'report', value, text: value.card } };
}

/** Prints the file. Failures: problems of the server. */
export async function printFile(
  session: Session,
  { model, version }: PrintedVersion,
): Promise<Outcome> {
  const id = await resolveName(session, ['model'], model);
  if (!id.ok) return { failure: id.error };
  const answer = await callOperation(session, 'model.export', {
    id: id.value,
    model_version: version,
  });
  if (!answer.ok) return { failure: answer.error };
  const value = operations['model.export'].output.parse(answer.value);
  return { document: { kind: 'report', value, text: value.file } };
}
