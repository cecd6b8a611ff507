import type { DriftField, DriftRecord } from '@novacron/contract/drift';

/** Percentages above which a drift has at least that severity, most severe first. */
const THRESHOLDS = [
  { above: 50, severity: 'critical' },
  { above: 25, severity: 'high' },
  { above: 10, severity: 'medium' },
  { above: 5, severity: 'low' },
] as const;

/**
 * Rates a drift: `critical` where security suffers, else by how much of the resource has changed.
 * @param percent - changed leaves in percent of those applied, 0 to 100
 */
export function rateSeverity(
  fields: readonly Pick<DriftField, 'drift_class'>[],
  percent: number,
): DriftRecord['severity'] {
  if (fields.some((field) => field.drift_class === 'security')) return 'critical';
  return THRESHOLDS.find(({ above }) => percent > above)?.severity ?? 'info';
}
