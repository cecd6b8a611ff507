/** Finds the entry of an application's history that a rollback returns to. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Application, isAutomated } from './read-application.ts';

/** Shortest beginning of a commit that names it. Unit: characters. */
const COMMIT_LENGTH_MIN = 7;

/**
 * Finds the newest entry with a revision: a commit, its beginning, or the branch or tag that was
 * deployed. Problems: `conflict` while Argo CD syncs by itself, `not-found`.
 */
export function findDeployed(application: Application, revision: string): Result<number, Problem> {
  const { name } = application.metadata;
  if (isAutomated(application)) {
    return err(
      problem('conflict', {
        detail: `Argo CD syncs ${name} by itself, and would deploy the newer revision again.`,
        remedy:
          'Revert the commit in Git, which also stays; or turn the automated sync off first, and ' +
          'on once Git is right.',
      }),
    );
  }
  const history = application.status.history ?? [];
  const isNamed = (text: string) =>
    text === revision || (revision.length >= COMMIT_LENGTH_MIN && text.startsWith(revision));
  const found = history.findLast(
    (each) => isNamed(each.revision) || each.source?.targetRevision === revision,
  );
  if (found !== undefined) return ok(found.id);
  return err(
    problem('not-found', {
      detail: `${name} has not deployed ${revision}, or too long ago: Argo CD keeps 10 revisions.`,
      remedy: `See which: novacron argocd history ${name}. Or sync to it: --revision ${revision}`,
    }),
  );
}
