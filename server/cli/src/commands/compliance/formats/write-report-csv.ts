/** A report as CSV: a row for each requirement, check and subject. */
import { writeCsv } from '../../cost/write-cost-table.ts';
import { groupResults, type ReportDocument } from './report-document.ts';

const HEAD = [
  'standard',
  'version',
  'requirement',
  'requirement_state',
  'attested_until',
  'check',
  'severity',
  'title',
  'subject_kind',
  'subject_id',
  'subject_name',
  'state',
  'since',
  'reason',
  'waiver',
  'waived_until',
];

/** Writes it. A requirement or a check without a subject has a row with empty cells. */
export function writeReportCsv({ report, results }: ReportDocument): string {
  const checks = new Map(report.checks.map((check) => [check.id, check]));
  const byCheck = groupResults(results, ({ check }) => check);
  const rows = report.requirements.flatMap((requirement) => {
    const attested = requirement.attestations.map(({ valid_until }) => valid_until).toSorted();
    const about = [
      report.standard,
      report.version,
      requirement.id,
      requirement.state,
      attested.at(-1) ?? '',
    ];
    const ids = requirement.checks.length === 0 ? [''] : requirement.checks;
    return ids.flatMap((id) => {
      const check = checks.get(id);
      const own = [...about, id, check?.severity ?? '', check?.title ?? ''];
      const found = byCheck.get(id) ?? [];
      if (found.length === 0) return [[...own, '', '', '', '', '', '', '', '']];
      return found.map((result) => [
        ...own,
        result.subject_kind,
        result.subject_id,
        result.subject_name,
        result.state,
        result.at,
        result.reason,
        result.waiver?.id ?? '',
        result.waiver?.expires_at ?? '',
      ]);
    });
  });
  return writeCsv(HEAD, rows);
}
