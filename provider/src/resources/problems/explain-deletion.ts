/** Explains why an apply does not find a resource that its plan changes. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Session } from '../../rpc/session.ts';

/** Adds to a `not-found` problem who deleted the resource, and what to do. */
export async function explainDeletion(
  found: Problem,
  { id, session, signal }: { id: string; session: Session; signal: AbortSignal },
): Promise<Problem> {
  if (found.code !== 'not-found') return found;
  const news = await session.findDeletion(id, signal);
  const [end] = news.kind === 'individual' ? news.deleted.explanation : [];
  const remedy =
    'Run a new plan: it recreates the resource, or removes it from the state with its block.';
  return { ...found, detail: end === undefined ? found.detail : `${end}.`, remedy };
}
