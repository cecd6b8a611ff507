import type { DriftGroup } from '@novacron/contract/drift/drift';

/** Default number of individual warnings; more of them would not be read. */
export const WARNINGS_MAX_DEFAULT = 10;

/** Form of drift warnings: individual, a summary per cause, or no repeated warning. */
export type WarningMode =
  | { readonly kind: 'individual' }
  | { readonly kind: 'summary'; readonly others: number }
  | { readonly kind: 'suppressed' };

/** Limits the drift warnings of one run. */
export interface DriftWarnings {
  /** Maximum number of individual warnings. */
  readonly warningsMax: number;
  /**
   * Returns how to report the next drifted resource.
   * @param group - all resources with the same cause; undefined if the server does not report it
   */
  readonly take: (group: Pick<DriftGroup, 'cause' | 'resource_ids'> | undefined) => WarningMode;
}

/** Creates the limit: individual warnings for the first resources, then one per cause. */
export function createDriftWarnings(warningsMax: number = WARNINGS_MAX_DEFAULT): DriftWarnings {
  let count = 0;
  const singles = new Map<string, number>();
  const reported = new Set<string>();
  return {
    warningsMax,
    take: (group) => {
      const cause = group?.cause ?? '';
      count += 1;
      if (count <= warningsMax) {
        singles.set(cause, (singles.get(cause) ?? 0) + 1);
        return { kind: 'individual' };
      }
      if (reported.has(cause)) return { kind: 'suppressed' };
      reported.add(cause);
      const others = (group?.resource_ids.length ?? 0) - (singles.get(cause) ?? 0);
      return { kind: 'summary', others: Math.max(1, others) };
    },
  };
}
