/** `novacron policy data rollback` and `delete`. */
import { callOperation, type Session } from '../../../client/session.ts';
import { askToGoAhead } from '../../../operations/confirm-plan.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { plainLine } from '../../../output/plain-text.ts';
import { reportWritten, requireData } from './find-data.ts';

/** Restores an earlier value. Failures: wrong usage, every problem of the server. */
export async function rollbackData(
  session: Session,
  { path, toVersion }: { readonly path: string; readonly toVersion: number },
): Promise<Outcome> {
  const found = await requireData(session, path);
  if (!found.ok) return { failure: found.error };
  const { id, version } = found.value;
  const input = { id, to_version: toVersion };
  const done = await callOperation(session, 'policy_data.rollback', input);
  return done.ok ? reportWritten(done.value.resource, version) : { failure: done.error };
}

/**
 * Deletes a document; asks on a terminal. Failures: wrong usage, a finding where the answer was not
 * yes, every problem of the server.
 */
export async function deleteData(
  session: Session,
  { path, asks }: { readonly path: string; readonly asks: boolean },
): Promise<Outcome> {
  const found = await requireData(session, path);
  if (!found.ok) return { failure: found.error };
  const { id, path: name } = found.value;
  if (asks && session.io.hasTerminal) {
    session.io.stderr.write(`Deletes data.${plainLine(name)} with all its versions.\n`);
    const refused = await askToGoAhead(session);
    if (refused !== undefined) return { failure: refused };
  }
  const done = await callOperation(session, 'policy_data.delete', { id });
  if (!done.ok) return { failure: done.error };
  const text = `${plainLine(`data.${name} is deleted`)}\n`;
  return { document: { kind: 'report', value: { id, path: name }, text } };
}
