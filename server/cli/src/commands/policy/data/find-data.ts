/** Finds data documents by their paths, and says what came of a write. */
import { PolicyData, PolicyDataSummary } from '@novacron/contract/kinds/policy/policy-data';
import { err, ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import type { Session } from '../../../client/session.ts';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { plainLine } from '../../../output/plain-text.ts';

/** A path as the server takes it; people may copy one from a policy, which begins with `data`. */
export function pathOf(text: string): string {
  return text.replace(/^data\./, '');
}

/** Finds a document; undefined where the server has none at this path. */
export async function findData(
  session: Session,
  text: string,
): Promise<Result<PolicyDataSummary | undefined, Failure>> {
  const path = pathOf(text);
  const input = { path: [path] };
  const listed = await listAll(session, { operation: 'policy_data.list', input });
  if (!listed.ok) return listed;
  const items = listed.value.map((item) => PolicyDataSummary.parse(item));
  return ok(items.find((item) => item.path === path));
}

/** Finds a document. Failures: wrong usage, where there is none. */
export async function requireData(
  session: Session,
  text: string,
): Promise<Result<PolicyDataSummary, Failure>> {
  const found = await findData(session, text);
  if (!found.ok) return found;
  if (found.value !== undefined) return ok(found.value);
  const path = pathOf(text);
  return err(usageFailure(`there is no document data.${path}; see: novacron policy data list`));
}

/** Reports the result of a write: the document and its version. */
export function reportWritten(resource: unknown, wasVersion: number | undefined): Outcome {
  const data = PolicyData.parse(resource);
  const { path, version } = data;
  const words = version === wasVersion ? 'is unchanged at' : 'has';
  const text = `${plainLine(`data.${path} ${words} version ${version}`)}\n`;
  return { document: { kind: 'report', value: data, text } };
}
