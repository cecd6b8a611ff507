/**
 * A report as assessment results of OSCAL 1.2 (NIST). Ids are the same each time for the same
 * results. A requirement is a finding only where its state is known: the model has `satisfied` and
 * `not-satisfied` alone. The others are observations.
 */

import { createHash } from 'node:crypto';
import type { ComplianceReport } from '@novacron/contract/compliance/compliance';
import {
  groupResults,
  type ReportDocument,
  type ReportResult,
  type ResultWaiver,
} from './report-document.ts';
import { titleOf } from './report-sections.ts';

const OSCAL_VERSION = '1.2.1';

/** Namespace of our own properties. */
const NS = 'urn:novacron:compliance';

/** Prefixes of the ids of requirements, which have to begin with a letter; else the standard. */
const PREFIXES: Readonly<Record<string, string | undefined>> = {
  cis: 'cis',
  'pci-dss': 'pci',
  hipaa: 'hipaa',
  soc2: 'soc2',
  gdpr: 'gdpr',
  iso27001: 'iso27001',
};

/** States of requirements that are findings. */
const FINDINGS: Readonly<Record<string, 'satisfied' | 'not-satisfied' | undefined>> = {
  evidenced: 'satisfied',
  gap: 'not-satisfied',
};

type Requirement = ComplianceReport['requirements'][number];

/** Makes it. */
export function toOscal(document: ReportDocument) {
  const { report, results, tenant, madeAt, version } = document;
  const uuidOf = uuidsOf(`${tenant}/${report.standard}/${report.period.to}`);
  const plan = uuidOf('plan');
  const observed = observe(document, uuidOf);
  const risks = risksOf(results, { observed, uuidOf });
  const findings = report.requirements.flatMap((each) =>
    findingOf(each, { report, observed, risks, uuidOf }),
  );
  const subjects = new Map(results.map((result) => [result.subject_id, result]));
  const items = [...subjects.values()].map((subject) => ({
    uuid: uuidOf(`subject/${subject.subject_id}`),
    description: `${subject.subject_kind} ${subject.subject_name}`,
    props: [prop('id', subject.subject_id), prop('kind', subject.subject_kind)],
  }));
  const observations = [
    ...observed.map(({ observation }) => observation),
    ...report.requirements.flatMap((each) => noteOf(each, document, uuidOf)),
  ];
  const attestations = report.requirements.flatMap((each) =>
    each.attestations.map((attestation) => ({
      parts: [
        {
          uuid: uuidOf(`attestation/${attestation.id}`),
          name: 'authorization-statements',
          title: `Requirement ${each.id}`,
          props: [
            prop('label', each.id),
            prop('by', attestation.created_by),
            prop('valid-until', attestation.valid_until),
            ...(attestation.reference === null ? [] : [prop('reference', attestation.reference)]),
          ],
          prose: attestation.statement,
        },
      ],
    })),
  );
  const result = {
    uuid: uuidOf('result'),
    title: titleOf(report),
    description: `Automatic checks of the tenant ${tenant} by NovaCron.`,
    start: report.period.from,
    end: report.period.to,
    props: [
      ...(report.compliance_score === null ? [] : [prop('score', String(report.compliance_score))]),
      prop('sampled-ratio', String(report.period.sampled_ratio)),
      prop('anchor', report.anchor === null ? 'not anchored' : report.anchor.hash),
    ],
    ...(items.length > 0 && { 'local-definitions': { 'inventory-items': items } }),
    'reviewed-controls': {
      'control-selections': [
        {
          'include-controls': report.requirements.map(({ id }) => ({
            'control-id': tokenOf(report, id),
          })),
        },
      ],
    },
    ...(attestations.length > 0 && { attestations }),
    ...(observations.length > 0 && { observations }),
    ...(risks.length > 0 && { risks: risks.map(({ risk }) => risk) }),
    ...(findings.length > 0 && { findings }),
  };
  return {
    'assessment-results': {
      uuid: uuidOf('document'),
      metadata: {
        title: titleOf(report),
        'last-modified': madeAt,
        version,
        'oscal-version': OSCAL_VERSION,
      },
      'import-ap': { href: `#${plan}` },
      results: [result],
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: 'Assessment plan',
            description:
              'NovaCron evaluates all checks of the standard on every change, and once an hour.',
          },
        ],
      },
    },
  };
}

type UuidOf = (name: string) => string;

/** UUIDs of version 5 (RFC 9562), of names within a document. */
function uuidsOf(document: string): UuidOf {
  return (name) => {
    const bytes = createHash('sha1').update(`${NS}/${document}/${name}`).digest().subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) % 16) + 0x50, 6);
    bytes.writeUInt8((bytes.readUInt8(8) % 64) + 0x80, 8);
    const hex = bytes.toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
}

/** The id of a requirement as a token: `164.312(a)(1)` becomes `hipaa-164.312_a_1`. */
function tokenOf({ standard }: Pick<ComplianceReport, 'standard'>, id: string): string {
  const token = id.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/_+$/, '');
  return `${PREFIXES[standard] ?? standard}-${token}`;
}

function prop(name: string, value: string) {
  return { name, ns: NS, value };
}

interface Observed {
  readonly check: string;
  readonly state: string;
  readonly observation: { readonly uuid: string };
}

/** An observation for each check and state, with its subjects. */
function observe({ report, results }: ReportDocument, uuidOf: UuidOf): readonly Observed[] {
  return report.checks.flatMap(({ id, title, severity }) => {
    const own = results.filter(({ check }) => check === id);
    return [...groupResults(own, ({ state }) => state)].map(([state, group]) => ({
      check: id,
      state,
      observation: {
        uuid: uuidOf(`check/${id}/${state}`),
        title: `${id}: ${state}`,
        description: title,
        props: [prop('check', id), prop('state', state), prop('severity', severity)],
        methods: ['TEST'],
        types: ['control-objective'],
        subjects: group.map((result) => subjectOf(result, uuidOf)),
        collected: report.period.to,
      },
    }));
  });
}

interface AcceptedRisk {
  readonly checks: ReadonlySet<string>;
  readonly risk: { readonly uuid: string };
}

/** A risk for each waiver: people accept the failures of a check, mostly until a time. */
function risksOf(
  results: readonly ReportResult[],
  { observed, uuidOf }: { readonly observed: readonly Observed[]; readonly uuidOf: UuidOf },
): readonly AcceptedRisk[] {
  const waived = results.filter(({ waiver }) => waiver !== null);
  const groups = groupResults(waived, ({ waiver }) => waiver?.id ?? '');
  return [...groups.values()].flatMap((group) => {
    const waiver = group[0]?.waiver;
    const checks = new Set(group.map(({ check }) => check));
    const related = observed.filter(({ check, state }) => checks.has(check) && state === 'fail');
    return waiver ? [{ checks, risk: riskOf({ waiver, group, related, uuidOf }) }] : [];
  });
}

function riskOf({
  waiver,
  group,
  related,
  uuidOf,
}: {
  readonly waiver: ResultWaiver;
  readonly group: readonly ReportResult[];
  readonly related: readonly Observed[];
  readonly uuidOf: UuidOf;
}) {
  const { id, owner, reason, compensating_control: control, approved_by, expires_at } = waiver;
  const failed = group.map(({ check, subject_name }) => `${check} for ${subject_name}`);
  return {
    uuid: uuidOf(`risk/${id}`),
    title: `Waiver ${id}`,
    description: `Accepted: ${failed.join(', ')}`,
    statement: reason,
    props: [
      prop('waiver', id),
      prop('owner', owner),
      ...(approved_by === null ? [] : [prop('approved-by', approved_by)]),
    ],
    status: 'deviation-approved',
    ...(control !== null && {
      'mitigating-factors': [{ uuid: uuidOf(`control/${id}`), description: control }],
    }),
    ...(expires_at !== null && { deadline: expires_at }),
    'related-observations': related.map(({ observation }) => ({
      'observation-uuid': observation.uuid,
    })),
  };
}

function subjectOf(result: ReportResult, uuidOf: UuidOf) {
  return {
    'subject-uuid': uuidOf(`subject/${result.subject_id}`),
    type: 'inventory-item',
    title: result.subject_name,
    props: [
      prop('since', result.at),
      ...(result.waiver === null ? [] : [prop('waiver', result.waiver.id)]),
    ],
    ...(result.reason !== '' && { remarks: result.reason }),
  };
}

function findingOf(
  { id, state, checks }: Requirement,
  of: {
    readonly report: ComplianceReport;
    readonly observed: readonly Observed[];
    readonly risks: readonly AcceptedRisk[];
    readonly uuidOf: UuidOf;
  },
) {
  const { report, observed, risks, uuidOf } = of;
  const status = FINDINGS[state];
  if (status === undefined) return [];
  const related = observed
    .filter(({ check }) => checks.includes(check))
    .map(({ observation }) => ({ 'observation-uuid': observation.uuid }));
  const accepted = risks
    .filter((each) => checks.some((check) => each.checks.has(check)))
    .map(({ risk }) => ({ 'risk-uuid': risk.uuid }));
  return [
    {
      uuid: uuidOf(`finding/${id}`),
      title: `Requirement ${id}`,
      description: `Checks: ${checks.join(', ')}`,
      props: [prop('label', id), prop('state', state)],
      target: { type: 'objective-id', 'target-id': tokenOf(report, id), status: { state: status } },
      ...(related.length > 0 && { 'related-observations': related }),
      ...(accepted.length > 0 && { 'related-risks': accepted }),
    },
  ];
}

/** What is known of a requirement that is not a finding. */
function noteOf(
  { id, state, assessable }: Requirement,
  { report }: ReportDocument,
  uuidOf: UuidOf,
) {
  if (FINDINGS[state] !== undefined) return [];
  return [
    {
      uuid: uuidOf(`note/${id}`),
      title: `Requirement ${id}`,
      description: `The state is ${state}; assessable: ${assessable}.`,
      props: [
        prop('label', id),
        prop('control-id', tokenOf(report, id)),
        prop('state', state),
        prop('assessable', assessable),
      ],
      methods: ['EXAMINE'],
      collected: report.period.to,
    },
  ];
}
