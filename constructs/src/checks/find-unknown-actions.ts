import { loadOffline } from '../offline/load-offline.ts';
import type { Grant } from '../synthesis/render-grants.ts';

/** Finds actions that are granted and never occur. @returns an error for each of them */
export function findUnknownActions(grants: readonly Grant[]): string[] {
  const { nearName, policyActions } = loadOffline();
  const known = policyActions();
  const unknown = grants
    .flatMap(({ actions }) => actions)
    .filter((action) => !known.includes(action));
  return [...new Set(unknown)].map((action) => {
    const near = nearName(action, known);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    return `${action} is not an action: it is granted to a role, and never occurs.${hint}`;
  });
}
