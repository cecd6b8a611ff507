import type { Diagnostics, Report } from '../../framework/diagnostics/diagnostics.ts';

/**
 * Emits one warning per resource of a run up to a limit, then one summary in place of all others.
 * @param warned.number - how many resources of this run are affected, including this one
 * @param warned.warningsMax - maximum number of individual warnings
 * @param warned.rest - the summary
 */
export function warnWithinLimit(
  diagnostics: Diagnostics,
  warned: {
    readonly number: number;
    readonly warningsMax: number;
    readonly own: Report;
    readonly rest: Report;
  },
): void {
  const { number, warningsMax, own, rest } = warned;
  if (number <= warningsMax) diagnostics.warning(own);
  else if (number === warningsMax + 1) diagnostics.warning(rest);
}
