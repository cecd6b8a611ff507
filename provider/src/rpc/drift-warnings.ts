import type { DriftSeverity } from '@novacron/contract/drift/drift';

/** Default number of individual warnings; more of them would not be read. */
export const WARNINGS_MAX_DEFAULT = 10;

/** Form of drift warnings: individual, a summary of all further ones, or no repeated warning. */
export type WarningMode = 'individual' | 'summary' | 'suppressed';

/** Limits the drift warnings of one run. */
export interface DriftWarnings {
  /** Maximum number of individual warnings. */
  readonly warningsMax: number;
  /**
   * Returns how to report the next drifted resource.
   * @param cause - undefined if the server does not report it
   */
  readonly take: (cause: string | undefined, severity: DriftSeverity) => WarningMode;
}

/** Creates the limit: individual warnings first, then one per cause and severity. */
export function createDriftWarnings(warningsMax: number = WARNINGS_MAX_DEFAULT): DriftWarnings {
  let count = 0;
  const reported = new Set<string>();
  return {
    warningsMax,
    take: (cause = '', severity) => {
      count += 1;
      if (count <= warningsMax) return 'individual';
      const key = `${severity} ${cause}`;
      if (reported.has(key)) return 'suppressed';
      reported.add(key);
      return 'summary';
    },
  };
}
