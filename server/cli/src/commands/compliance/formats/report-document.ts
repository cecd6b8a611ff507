/** What all formats of a report are made of. */
import type { ComplianceReport } from '@novacron/contract/compliance/compliance';
import type { EvidenceRecord } from '@novacron/contract/compliance/evidence';
import type { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';

/** A report with the latest result of each subject in each check. */
export interface ReportDocument {
  readonly report: ComplianceReport;
  readonly results: readonly ReportResult[];
  readonly tenant: string;
  readonly madeAt: string;
  /** Release of the command that writes it. */
  readonly version: string;
}

/** What reports show of a waiver. */
export interface ResultWaiver
  extends Pick<PolicyWaiver, 'owner' | 'reason' | 'compensating_control' | 'approved_by'> {
  readonly id: string;
  /** Null where only the operator of NovaCron knows it. */
  readonly expires_at: string | null;
}

/** The latest result of a subject in a check. */
export interface ReportResult
  extends Pick<
    EvidenceRecord,
    'check' | 'subject_kind' | 'subject_id' | 'subject_name' | 'state' | 'reason' | 'at'
  > {
  /** The waiver of a failure. */
  readonly waiver: ResultWaiver | null;
}

/** The subject of inherited checks. */
const PLATFORM = 'platform';

const PLATFORM_WAIVER: ResultWaiver = {
  id: PLATFORM,
  owner: PLATFORM,
  reason: 'Those who operate NovaCron have accepted the risk.',
  compensating_control: null,
  approved_by: null,
  expires_at: null,
};

/** The results of a report: those of the tenant, and those that it inherits. */
export function resultsOf(
  report: ComplianceReport,
  records: readonly EvidenceRecord[],
  waivers: ReadonlyMap<string, ResultWaiver>,
): readonly ReportResult[] {
  const own = latestResults(records).map((record) => {
    const waiver = waivers.get(`${record.check}/${record.subject_id}`);
    return { ...record, waiver: (record.state === 'fail' && waiver) || null };
  });
  return [...own, ...inheritedResults(report)];
}

/** The checks of nodes and servers that another tenant operates, each with one subject. */
function inheritedResults({ checks, scanned_at, period }: ComplianceReport) {
  return checks.flatMap((check): readonly ReportResult[] => {
    const { id, inherited, passed, failed, waived, unknown } = check;
    if (!inherited || passed + failed + waived + unknown === 0) return [];
    const isFail = failed + waived > 0;
    return [
      {
        check: id,
        subject_kind: PLATFORM,
        subject_id: PLATFORM,
        subject_name: PLATFORM,
        state: isFail ? 'fail' : unknown > 0 ? 'not-evaluated' : 'pass',
        reason: isFail || unknown > 0 ? 'Inherited from the platform.' : '',
        at: scanned_at ?? period.to,
        waiver: isFail && failed === 0 ? PLATFORM_WAIVER : null,
      },
    ];
  });
}

const ENDED: ReadonlySet<string> = new Set(['gone', 'not-applicable']);

/** The results that are the case at the end of evidence, in the order of checks and subjects. */
function latestResults(records: readonly EvidenceRecord[]): readonly EvidenceRecord[] {
  const latest = new Map<string, EvidenceRecord>();
  for (const record of records) {
    const key = `${record.check}/${record.subject_id}`;
    const before = latest.get(key);
    // Another reason for the same state is no new start.
    const at = before?.state === record.state ? before.at : record.at;
    latest.set(key, { ...record, at });
  }
  return [...latest.values()]
    .filter(({ state }) => !ENDED.has(state))
    .toSorted((left, right) => {
      const [a, b] = [`${left.check} ${left.subject_name}`, `${right.check} ${right.subject_name}`];
      return a < b ? -1 : Number(a > b);
    });
}

/** Results in groups with the same key, in the order of their first results. */
export function groupResults(
  results: readonly ReportResult[],
  keyOf: (result: ReportResult) => string,
): ReadonlyMap<string, readonly ReportResult[]> {
  const groups = new Map<string, ReportResult[]>();
  for (const result of results) {
    const group = groups.get(keyOf(result));
    if (group === undefined) groups.set(keyOf(result), [result]);
    else group.push(result);
  }
  return groups;
}
