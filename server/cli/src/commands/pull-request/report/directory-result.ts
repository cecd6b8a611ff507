/** How far a pull request is with a directory. */
import type { DirectoryPlan } from '../directory/plan-directory.ts';

/** The result of a directory. */
export type DirectoryResult =
  /** It waits to be applied. */
  | { readonly state: 'planned'; readonly plan: DirectoryPlan }
  | { readonly state: 'unchanged'; readonly plan: DirectoryPlan }
  | { readonly state: 'applied'; readonly summary: string }
  /** @param plan - of a directory whose changes a policy refuses */
  | { readonly state: 'failed'; readonly reason: string; readonly plan?: DirectoryPlan }
  /** @param on - name of the directory that comes first */
  | { readonly state: 'waiting'; readonly on: string }
  /** @param holder - number of the pull request that has locked it */
  | { readonly state: 'locked'; readonly holder: number };

/** States after which a directory that depends on this one can be planned. */
export function isSettled(state: DirectoryResult['state']): boolean {
  return state === 'unchanged' || state === 'applied';
}

/** A result in a few words. */
export function describeResult(name: string, result: DirectoryResult): string {
  switch (result.state) {
    case 'planned':
    case 'unchanged':
      return `${name}: ${describeCounts(result.plan)}`;
    case 'applied':
      return `${name}: ${result.summary}`;
    case 'failed':
      return `${name} failed: ${result.reason}`;
    case 'waiting':
      return `${name} waits for ${result.on}`;
    case 'locked':
      return `${name} is locked by #${result.holder}`;
  }
}

/** The numbers of a plan. */
export function describeCounts({ counts }: Pick<DirectoryPlan, 'counts'>): string {
  const parts = (['create', 'update', 'replace', 'delete'] as const)
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} to ${action}`);
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}
