/** What all formats of a report are made of. */
import type { ComplianceReport } from '@novacron/contract/compliance/compliance';
import type { EvidenceRecord } from '@novacron/contract/compliance/evidence';

/** A report with the latest result of each subject in each check. */
export interface ReportDocument {
  readonly report: ComplianceReport;
  readonly results: readonly EvidenceRecord[];
  readonly tenant: string;
  readonly madeAt: string;
  /** Release of the command that writes it. */
  readonly version: string;
}

const ENDED: ReadonlySet<string> = new Set(['gone', 'not-applicable']);

/** The results that are the case at the end of evidence, in the order of checks and subjects. */
export function latestResults(records: readonly EvidenceRecord[]): readonly EvidenceRecord[] {
  const latest = new Map(records.map((record) => [`${record.check}/${record.subject_id}`, record]));
  return [...latest.values()]
    .filter(({ state }) => !ENDED.has(state))
    .toSorted((left, right) => {
      const [a, b] = [`${left.check} ${left.subject_name}`, `${right.check} ${right.subject_name}`];
      return a < b ? -1 : Number(a > b);
    });
}

/** Results in groups with the same key, in the order of their first results. */
export function groupResults(
  results: readonly EvidenceRecord[],
  keyOf: (result: EvidenceRecord) => string,
): ReadonlyMap<string, readonly EvidenceRecord[]> {
  const groups = new Map<string, EvidenceRecord[]>();
  for (const result of results) {
    const group = groups.get(keyOf(result));
    if (group === undefined) groups.set(keyOf(result), [result]);
    else group.push(result);
  }
  return groups;
}
