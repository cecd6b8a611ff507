/** `novacron_compliance`: the score of a standard, its requirements, and the open findings. */
import { CheckSeverity } from '@novacron/contract/compliance/compliance';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { DataSource } from '../framework/data-source.ts';
import { float, int, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import { readAllPages } from '../rpc/read-all-pages.ts';
import type { Session } from '../rpc/session.ts';

/** A state is no place for more; the counts have all of them. */
const VIOLATIONS_MAX = 500;

/** Checks that one filter may name. */
const CHECKS_PER_CALL_MAX = 20;

const NAME = 'read novacron_compliance';

const text = (description: string) => string({ computed: true, description });
const count = (description: string) => int({ computed: true, description });
const ratio = (description: string) => float({ computed: true, nullable: true, description });

const schema = dataSourceSchema({
  description:
    'The score of a standard of compliance, its requirements, and the findings that are open.',
  attributes: {
    standard: string({
      required: true,
      description:
        'Standard: `cis`, `pci-dss`, `hipaa`, `soc2`, `gdpr`, `iso27001`, or one that policies of ' +
        'your tenant name.',
    }),
    compliance_score: ratio(
      'Score, 0 to 100; waived failures count as failures. null before the first scan.',
    ),
    score_with_accepted_risk: ratio('The same with waived failures as passed.'),
    evaluated_ratio: ratio('Share of verdicts among subjects that a check applies to, 0 to 1.'),
    open_violations: count('Number of failures without a waiver.'),
    critical_violations: count('Number of those that are critical.'),
    scanned_at: string({
      computed: true,
      nullable: true,
      description: 'Time of the last complete scan, RFC 3339 in UTC; null before it.',
    }),
    requirements: nested({
      nesting: 'list',
      computed: true,
      description: 'The requirements of the standard.',
      attributes: {
        id: text('Number of the requirement in the standard.'),
        assessable: text(
          'How far checks can decide it: `settled`, `evidence-only`, `no-facts`, `not-assessable`.',
        ),
        state: text(
          '`gap`, `evidenced`, `partly-evidenced`, `unknown`, `no-facts`, `not-applicable` or ' +
            '`not-assessable`.',
        ),
        checks: list({ element: string, computed: true, description: 'Ids of its checks.' }),
      },
    }),
    violations: nested({
      nesting: 'list',
      computed: true,
      description: `Open findings of the standard, most severe first, at most ${VIOLATIONS_MAX}.`,
      attributes: {
        id: text('Id of the finding.'),
        check: text('Id of the check, such as `NC-NET-001`.'),
        title: text('What the check asks for.'),
        severity: text('`critical`, `high`, `medium` or `low`.'),
        subject_kind: text('Kind of the subject, such as `vm`.'),
        subject_id: text('Id of the subject.'),
        subject_name: text('Name of the subject.'),
        reason: text('What is wrong.'),
        first_seen_at: text('Time at which it failed for the first time, RFC 3339 in UTC.'),
      },
    }),
  },
});

/** Reads the report on a standard. */
export const complianceSource: DataSource<typeof schema, Session> = {
  schema,
  async read(config, { client: session, signal }) {
    const { standard } = config;
    const report = await session.client.call('compliance.report', { standard }, { signal });
    if (!report.ok) throw toUserError(report.error, NAME);
    const failing = report.value.checks.filter(({ failed }) => failed > 0).map(({ id }) => id);
    const findings: Finding[] = [];
    for (let at = 0; at < failing.length; at += CHECKS_PER_CALL_MAX) {
      const check = failing.slice(at, at + CHECKS_PER_CALL_MAX);
      const found = await readAllPages((page) =>
        session.client.call(
          'compliance_finding.list',
          { ...page, state: 'open', check },
          { signal },
        ),
      );
      if (!found.ok) throw toUserError(found.error, NAME);
      findings.push(...found.value);
    }
    return { ...toSummaryValue(standard, report.value), violations: toViolations(findings) };
  },
};

type Finding = OutputOf<'compliance_finding.list'>['items'][number];

function toSummaryValue(standard: string, report: OutputOf<'compliance.report'>) {
  const { compliance_score, score_with_accepted_risk, evaluated_ratio } = report;
  const { open_violations, critical_violations, scanned_at, requirements } = report;
  return {
    standard,
    compliance_score,
    score_with_accepted_risk,
    evaluated_ratio,
    open_violations,
    critical_violations,
    scanned_at,
    requirements: requirements.map(({ id, assessable, state, checks }) => ({
      id,
      assessable,
      state,
      checks,
    })),
  };
}

function toViolations(findings: readonly Finding[]) {
  const rank = ({ severity }: Finding) => CheckSeverity.options.indexOf(severity);
  return findings
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, VIOLATIONS_MAX)
    .map(({ id, check, title, severity, reason, first_seen_at, ...subject }) => ({
      id,
      check,
      title,
      severity,
      subject_kind: subject.subject_kind,
      subject_id: subject.subject_id,
      subject_name: subject.subject_name,
      reason,
      first_seen_at,
    }));
}
