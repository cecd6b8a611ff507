/** A report as events of OCSF, class Compliance Finding, for security information systems. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import type { ReportDocument, ReportResult } from './report-document.ts';
import { nameOf } from './report-sections.ts';

const SEVERITY_IDS: Readonly<Record<CheckSeverity, number>> = {
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** Statuses of the object `compliance`. */
const STATUSES = {
  pass: { status_id: 1, status: 'Pass' },
  fail: { status_id: 3, status: 'Fail' },
} as const;

const UNKNOWN = { status_id: 0, status: 'Unknown' } as const;

const VERSION = '1.4.0';

/** Makes an event for each subject of each check. */
export function toOcsf({ report, results, version, tenant }: ReportDocument) {
  const checks = new Map(report.checks.map((check) => [check.id, check]));
  return results.flatMap((result) => {
    const check = checks.get(result.check);
    if (check === undefined) return [];
    const requirements = report.requirements
      .filter((requirement) => requirement.checks.includes(check.id))
      .map(({ id }) => id);
    return [
      {
        activity_id: 1,
        activity_name: 'Create',
        category_uid: 2,
        category_name: 'Findings',
        class_uid: 2003,
        class_name: 'Compliance Finding',
        type_uid: 200_301,
        severity_id: SEVERITY_IDS[check.severity],
        time: Date.parse(result.at),
        ...findingStatusOf(result),
        message: result.reason === '' ? check.title : result.reason,
        metadata: {
          version: VERSION,
          product: { name: 'NovaCron', vendor_name: 'NovaCron', version },
          tenant_uid: tenant,
        },
        finding_info: { uid: `${check.id}/${result.subject_id}`, title: check.title },
        compliance: {
          control: check.id,
          standards: [nameOf(report)],
          requirements,
          ...statusOf(result),
        },
        resources: [
          { uid: result.subject_id, name: result.subject_name, type: result.subject_kind },
        ],
      },
    ];
  });
}

/** A waived failure is suppressed; the status of the control stays `Fail`. */
function findingStatusOf({ waiver }: ReportResult) {
  if (waiver === null) return { status_id: 1, status: 'New' };
  const { id, owner, reason, expires_at } = waiver;
  const until = expires_at === null ? '' : ` until ${expires_at}`;
  const comment = `Waiver ${id} of ${owner}${until}: ${reason}`;
  return { status_id: 3, status: 'Suppressed', comment };
}

function statusOf({ state }: ReportResult) {
  return state === 'pass' || state === 'fail' ? STATUSES[state] : UNKNOWN;
}
