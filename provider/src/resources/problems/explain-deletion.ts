/** Why an apply does not find what its plan has changed. */
import type { Problem } from '@novacron/contract/problem';
import type { Session } from '../../rpc/session.ts';

/** Tells of a change whose resource is gone by whom it was deleted, and what to do. */
export async function explainDeletion(
  found: Problem,
  { id, session, signal }: { id: string; session: Session; signal: AbortSignal },
): Promise<Problem> {
  if (found.code !== 'not-found') return found;
  const news = await session.findDeletion(id, signal);
  const [end] = news.kind === 'single' ? news.deleted.explanation : [];
  const remedy = 'Plan again: what is gone is created anew, or leaves the state with its block.';
  return { ...found, detail: end === undefined ? found.detail : `${end}.`, remedy };
}
