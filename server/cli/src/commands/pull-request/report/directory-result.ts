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

const ACTIONS = [
  ['create', 'to create'],
  ['update', 'to update'],
  ['replace', 'to replace'],
  ['delete', 'to delete'],
  ['forget', 'to forget'],
  ['import', 'to import'],
  ['move', 'to move'],
  ['output', 'of outputs'],
] as const;

/** The numbers of a plan. */
export function describeCounts({ changes }: Pick<DirectoryPlan, 'changes'>): string {
  const countOf = (action: string) => changes.filter((each) => each.action === action).length;
  const parts = ACTIONS.filter(([action]) => countOf(action) > 0).map(
    ([action, words]) => `${countOf(action)} ${words}`,
  );
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}
