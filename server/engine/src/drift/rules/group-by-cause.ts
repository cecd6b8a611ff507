import type { DriftCause, DriftGroup, DriftRecord } from '@novacron/contract/drift/drift';
import { DRIFT_SEVERITIES } from '@novacron/contract/drift/drift';

/** The cause of drift without an entry in the audit log. */
const UNKNOWN = 'unknown';

/** Names the latest cause of a drift, the same for all changes by one actor with one program. */
export function nameCause([latest]: readonly DriftCause[]): string {
  if (latest === undefined) return UNKNOWN;
  return [latest.kind ?? UNKNOWN, latest.principal, latest.client].join('/');
}

/**
 * Groups drift by its latest cause, so that changes by one actor to many resources form one group.
 * The most severe group comes first, then the largest.
 */
export function groupByCause(records: readonly DriftRecord[]): DriftGroup[] {
  const groups = new Map<string, DriftRecord[]>();
  for (const record of records) {
    const cause = nameCause(record.causes);
    const known = groups.get(cause);
    if (known === undefined) groups.set(cause, [record]);
    else known.push(record);
  }
  return [...groups].map(toGroup).sort(compareGroups);
}

function toGroup([cause, records]: readonly [string, readonly DriftRecord[]]): DriftGroup {
  const severity = DRIFT_SEVERITIES.find((each) => records.some((one) => one.severity === each));
  const [first] = records;
  const by = first?.causes[0];
  const what = records.length === 1 ? `1 resource` : `${records.length} resources`;
  const who =
    by === undefined ? 'an unknown actor (not in the audit log)' : `${by.principal} (${by.client})`;
  return {
    cause,
    severity: severity ?? 'info',
    resource_ids: records.map((record) => record.resource_id),
    summary: `${what} changed by ${who}`,
  };
}

function compareGroups(left: DriftGroup, right: DriftGroup): number {
  const [a, b] = [left, right].map(({ severity }) => DRIFT_SEVERITIES.indexOf(severity));
  return (a ?? 0) - (b ?? 0) || right.resource_ids.length - left.resource_ids.length;
}
