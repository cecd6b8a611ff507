import type { DriftField, DriftRecord } from '@novacron/contract/drift/drift';

type DriftClass = DriftField['drift_class'];

/** Percentages above which a drift has at least that severity, most severe first. */
const LEVELS = [
  { above: 50, severity: 'critical' },
  { above: 25, severity: 'high' },
  { above: 10, severity: 'medium' },
] as const;

/** Share of a resource up to which its drift is `info`, unless a tenant sets another one. */
const THRESHOLD_DEFAULT = 0.05;

/** Classes of fields by importance. */
const GRAVEST_FIRST: readonly DriftClass[] = ['security', 'availability', 'cost', 'cosmetic'];

/**
 * Rates a drift: `critical` where security suffers, else by the changed share of the resource.
 * @param classes - of the fields that drifted
 * @param percent - changed leaves in percent of those applied, 0 to 100
 * @param thresholdRatio - up to this share it is `info`, 0 to 1
 */
export function rateSeverity(
  classes: readonly DriftClass[],
  percent: number,
  thresholdRatio: number = THRESHOLD_DEFAULT,
): DriftRecord['severity'] {
  if (classes.includes('security')) return 'critical';
  if (percent <= thresholdRatio * 100) return 'info';
  return LEVELS.find(({ above }) => percent > above)?.severity ?? 'low';
}

/** Returns the class that weighs most: security, availability, cost, then cosmetic. */
export function highestSeverity(classes: readonly DriftClass[]): DriftClass {
  return GRAVEST_FIRST.find((each) => classes.includes(each)) ?? 'cosmetic';
}
