import type { DriftGroup } from '@novacron/contract/drift';

/** So many resources are told one by one unless said; a wall of warnings is not read. */
export const WARNINGS_MAX_DEFAULT = 10;

/** How a drift is told: by itself, in sum with others of its cause, or not again. */
export type WarningMode =
  | { readonly kind: 'single' }
  | { readonly kind: 'sum'; readonly others: number }
  | { readonly kind: 'told' };

/** Decides how drift is told within one run. */
export interface DriftWarnings {
  /** How many are told one by one. */
  readonly warningsMax: number;
  /**
   * Takes the next drifted resource.
   * @param group - all that the same hand changed; undefined where nobody says
   */
  readonly take: (group: Pick<DriftGroup, 'cause' | 'resource_ids'> | undefined) => WarningMode;
}

/** Makes one: the first resources are told one by one, all others once a cause. */
export function createDriftWarnings(warningsMax: number = WARNINGS_MAX_DEFAULT): DriftWarnings {
  let count = 0;
  const singles = new Map<string, number>();
  const told = new Set<string>();
  return {
    warningsMax,
    take: (group) => {
      const cause = group?.cause ?? '';
      count += 1;
      if (count <= warningsMax) {
        singles.set(cause, (singles.get(cause) ?? 0) + 1);
        return { kind: 'single' };
      }
      if (told.has(cause)) return { kind: 'told' };
      told.add(cause);
      const others = (group?.resource_ids.length ?? 0) - (singles.get(cause) ?? 0);
      return { kind: 'sum', others: Math.max(1, others) };
    },
  };
}
