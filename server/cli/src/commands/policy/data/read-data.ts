/** `novacron policy data list`, `get` and `history`: shows documents of the server. */
import { PolicyData, PolicyDataSummary } from '@novacron/contract/kinds/policy/policy-data';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { requireData } from './find-data.ts';

/** Lists documents. Failures: every problem of the server. */
export async function listData(session: Session): Promise<Outcome> {
  const listed = await listAll(session, { operation: 'policy_data.list', input: {} });
  if (!listed.ok) return { failure: listed.error };
  const value = listed.value.map((item) => PolicyDataSummary.parse(item));
  return { document: { kind: 'list', noun: 'policy_data', value, words: 'data documents' } };
}

/** Shows the value of a document. Failures: wrong usage, every problem of the server. */
export async function getData(
  session: Session,
  { path, version }: { readonly path: string; readonly version: number | undefined },
): Promise<Outcome> {
  const found = await requireData(session, path);
  if (!found.ok) return { failure: found.error };
  const { id } = found.value;
  const input = { id, ...(version === undefined ? {} : { version }) };
  const shown = await callOperation(session, 'policy_data.get', input);
  if (!shown.ok) return { failure: shown.error };
  const data = PolicyData.parse(shown.value);
  const text = `${JSON.stringify(JSON.parse(data.document), null, 2)}\n`;
  return { document: { kind: 'report', value: data, text } };
}

/** Lists the versions of a document. Failures: wrong usage, every problem of the server. */
export async function showDataHistory(session: Session, path: string): Promise<Outcome> {
  const found = await requireData(session, path);
  if (!found.ok) return { failure: found.error };
  const input = { id: found.value.id };
  const listed = await listAll(session, { operation: 'policy_data.versions', input });
  if (!listed.ok) return { failure: listed.error };
  const { value } = listed;
  return { document: { kind: 'list', noun: 'policy_data_version', value, words: 'versions' } };
}
