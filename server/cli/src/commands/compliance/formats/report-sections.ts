/** A report for people, before it is Markdown or HTML. */
import type { ComplianceReport } from '@novacron/contract/compliance/compliance';
import type { ReportDocument } from './report-document.ts';

/** A part of a report. */
export interface ReportSection {
  readonly title: string;
  readonly lines: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The title of a report. */
export function titleOf(report: ComplianceReport): string {
  return `${nameOf(report)}: compliance report`;
}

/** The standard with its version. */
export function nameOf({ name, version }: ComplianceReport): string {
  return `${name} ${version}`.trim();
}

/** The parts of a report, in order. Parts without content are left out. */
export function sectionsOf(document: ReportDocument): readonly ReportSection[] {
  const { report } = document;
  return [
    summaryOf(document),
    {
      title: 'Times without scans',
      lines: ['What was the case then is not known, and counts nowhere.'],
      head: ['from', 'to'],
      rows: report.period.gaps.map(({ from, to }) => [from, to]),
    },
    trendOf(report),
    {
      title: 'Attested by people',
      lines: [],
      head: ['requirement', 'statement', 'by', 'until', 'reference'],
      rows: report.requirements.flatMap(({ attestations }) =>
        attestations.map((each) => [
          each.requirement,
          each.statement,
          each.created_by,
          each.valid_until,
          each.reference ?? '-',
        ]),
      ),
    },
    {
      title: 'Requirements',
      lines: [
        'The numbers are those of the standard; the mapping is our own, and no publisher has ' +
          'endorsed it.',
      ],
      head: ['requirement', 'state', 'assessable', 'time passed', 'checks'],
      rows: report.requirements.map((each) => [
        each.id,
        each.state,
        each.assessable,
        percentOf(each.passed_time_ratio),
        each.checks.join(' '),
      ]),
    },
    checksOf(report),
    failuresOf(document),
  ].filter(({ title, rows }) => title === 'Summary' || rows.length > 0);
}

function summaryOf({ report, tenant, madeAt, version }: ReportDocument): ReportSection {
  const { period, anchor } = report;
  const { critical, high, medium, low } = period.hours_to_fix;
  const hours = (value: number | null) => (value === null ? '-' : String(value));
  return {
    title: 'Summary',
    lines: [],
    head: ['', ''],
    rows: [
      ['Tenant', tenant],
      ['Period', `${period.from} to ${period.to}`],
      ['Time with scans', percentOf(period.sampled_ratio)],
      ['Score', scoreOf(report.compliance_score)],
      ['Score with accepted risk', scoreOf(report.score_with_accepted_risk)],
      ['Limited by', report.capped_by.join(' ') || '-'],
      ['Subjects with a verdict', percentOf(report.evaluated_ratio)],
      [
        'Open failures',
        `${report.open_violations}, ${report.critical_violations} of them critical`,
      ],
      ['Failures fixed', String(period.fixed)],
      [
        'Mean hours to fix',
        `critical ${hours(critical)}, high ${hours(high)}, ` +
          `medium ${hours(medium)}, low ${hours(low)}`,
      ],
      [
        'Requirements',
        `${report.requirements_settled} settled, ${report.requirements_evidence_only} evidence ` +
          `only, ${report.requirements_no_facts} no facts, ` +
          `${report.requirements_not_assessable} not assessable`,
      ],
      [
        'Evidence',
        anchor === null
          ? 'not anchored'
          : `anchored ${anchor.at} by ${anchor.channel}: ` +
            `position ${anchor.position}, ${anchor.hash}`,
      ],
      ['Written', `${madeAt} by novacron ${version}`],
    ],
  };
}

function trendOf({ segments }: ComplianceReport): ReportSection {
  return {
    title: 'Score by day',
    lines: [
      'Only scores of the same part can be compared: the scope or the checks changed between.',
    ],
    head: ['part', 'day', 'score', 'with accepted risk', 'with a verdict', 'open failures'],
    rows: segments.flatMap(({ points }, at) =>
      points.map((point) => [
        String(at + 1),
        point.day,
        scoreOf(point.compliance_score),
        scoreOf(point.score_with_accepted_risk),
        percentOf(point.evaluated_ratio),
        String(point.open_violations),
      ]),
    ),
  };
}

function checksOf({ checks }: ComplianceReport): ReportSection {
  return {
    title: 'Checks',
    lines: [],
    head: ['check', 'severity', 'passed', 'failed', 'waived', 'unknown', 'time passed', 'title'],
    rows: checks.map((each) => [
      each.id,
      each.severity,
      String(each.passed),
      String(each.failed),
      String(each.waived),
      String(each.unknown),
      percentOf(each.passed_time_ratio),
      each.title,
    ]),
  };
}

function failuresOf({ results }: ReportDocument): ReportSection {
  return {
    title: 'Without a pass at the end of the period',
    lines: [],
    head: ['check', 'state', 'kind', 'subject', 'since', 'reason', 'waived until'],
    rows: results
      .filter(({ state }) => state !== 'pass')
      .map((each) => [
        each.check,
        each.state,
        each.subject_kind,
        each.subject_name,
        each.at,
        each.reason,
        each.waiver === null ? '-' : (each.waiver.expires_at ?? each.waiver.owner),
      ]),
  };
}

function scoreOf(score: number | null): string {
  return score === null ? '-' : String(score);
}

function percentOf(ratio: number | null): string {
  return ratio === null ? '-' : `${Math.round(ratio * 1_000) / 10} %`;
}
