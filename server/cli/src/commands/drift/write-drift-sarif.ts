/** Drift as SARIF 2.1.0 (OASIS), which code hosts show as alerts. */
import type { DriftSeverity } from '@novacron/contract/drift/drift';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { sarifLocations, sarifLog } from '../../output/reports/sarif-log.ts';
import { worstClass } from './describe-record.ts';
import type { DriftView, PlacedRecord } from './model.ts';

const LEVELS: Readonly<Record<DriftSeverity, Result.level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

const RULES: readonly ReportingDescriptor[] = [
  { id: 'drift-security', shortDescription: { text: 'Security settings of a resource changed' } },
  {
    id: 'drift-availability',
    shortDescription: { text: 'Availability settings of a resource changed' },
  },
  { id: 'drift-cost', shortDescription: { text: 'Cost-relevant settings of a resource changed' } },
  {
    id: 'drift-cosmetic',
    shortDescription: { text: 'Descriptive settings of a resource changed' },
  },
  { id: 'unmanaged', shortDescription: { text: 'Resource not in any state file' } },
  { id: 'missing', shortDescription: { text: 'Resource in a state file that does not exist' } },
];

/** The log of one report. A resource keeps its fingerprint from report to report. */
export function writeDriftSarif({ records, comparison }: DriftView, version: string): Log {
  const driver = { name: 'novacron drift report', version, rules: [...RULES] };
  return sarifLog(driver, [
    ...records.map(toResult),
    ...(comparison?.unmanaged ?? []).map(({ resource_kind, resource_id, resource_name }) =>
      otherResult('unmanaged', {
        id: resource_id,
        address: `${resource_kind} ${resource_name}`,
        text: `${resource_kind} ${resource_name} (${resource_id}) is not in any state file.`,
      }),
    ),
    ...(comparison?.missing ?? []).map(({ address, id, file }) =>
      otherResult('missing', {
        id,
        address,
        text: `${address} (${id}) of ${file} no longer exists.`,
      }),
    ),
  ]);
}

function toResult({ record, address, place }: PlacedRecord): Result {
  const { severity, drift_percent, resource_id, resource_kind, resource_name } = record;
  const rule = `drift-${worstClass(record)}`;
  const name = address ?? `${resource_kind} ${resource_name}`;
  return {
    ...ruleOf(rule),
    level: LEVELS[severity],
    message: { text: record.explanation.join('\n') },
    locations: sarifLocations(name, place),
    partialFingerprints: { 'novacronResource/v1': resource_id },
    properties: { severity, drift_percent },
  };
}

function otherResult(
  rule: 'unmanaged' | 'missing',
  found: { readonly id: string; readonly address: string; readonly text: string },
): Result {
  return {
    ...ruleOf(rule),
    level: rule === 'missing' ? 'warning' : 'note',
    message: { text: found.text },
    locations: sarifLocations(found.address, undefined),
    partialFingerprints: { 'novacronResource/v1': found.id },
  };
}

function ruleOf(id: string): Pick<Result, 'ruleId' | 'ruleIndex'> {
  return { ruleId: id, ruleIndex: RULES.findIndex((rule) => rule.id === id) };
}
