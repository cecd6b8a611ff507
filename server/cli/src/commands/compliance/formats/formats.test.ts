import { describe, expect, test } from '@jest/globals';
import { ComplianceReport } from '@novacron/contract/compliance/compliance';
import { contextualizeEvaluation, convertFile } from 'inspecjs';
import { AT } from '../../../test-kit/sample-base.ts';
import { COMPLIANCE_ANSWERS } from '../../../test-kit/sample-compliance.ts';
import { sampleRecords } from '../../../test-kit/sample-evidence.ts';
import { type ReportDocument, resultsOf } from './report-document.ts';
import { writeReportCsv } from './write-report-csv.ts';
import { toHdf } from './write-report-hdf.ts';
import { writeReportHtml } from './write-report-html.ts';
import { writeReportMarkdown } from './write-report-markdown.ts';
import { toOcsf } from './write-report-ocsf.ts';
import { toOscal } from './write-report-oscal.ts';

const answer = COMPLIANCE_ANSWERS['compliance.report'];

const REPORT = ComplianceReport.parse({
  ...answer,
  requirements: [
    ...answer.requirements,
    {
      id: '9.4.1(a)',
      assessable: 'settled',
      state: 'evidenced',
      checks: ['NC-INV-006'],
      attestations: [],
      passed_time_ratio: 1,
    },
  ],
  checks: [
    ...answer.checks,
    { ...answer.checks[0], id: 'NC-INV-006', title: 'A <title>', severity: 'low' },
    { ...answer.checks[0], id: 'NC-SRV-001', inherited: true, passed: 0, failed: 0, waived: 1 },
  ],
});

const WAIVER = {
  id: 'pwv_a',
  owner: 'ann',
  reason: 'It moves next month.',
  compensating_control: 'Only keys sign in.',
  approved_by: 'ben',
  expires_at: '2026-03-04T05:06:07.000Z',
};

const DOCUMENT: ReportDocument = {
  report: REPORT,
  results: resultsOf(REPORT, sampleRecords(), new Map([['NC-NET-001/vm_web', WAIVER]])),
  tenant: 'tnt_a',
  madeAt: AT,
  version: '0.1.0',
};

test('the latest result of each subject counts, and what is gone does not', () => {
  expect(DOCUMENT.results.map(({ subject_name, state }) => `${subject_name} ${state}`)).toEqual([
    'app error',
    'db not-evaluated',
    'ok pass',
    'ssh fail',
    'web fail',
    'platform fail',
  ]);
});

test('CSV has a row for each requirement, check and subject', () => {
  const rows = writeReportCsv(DOCUMENT).trimEnd().split('\n');
  expect(rows.map((row) => row.split(',').slice(2, 11).join(' '))).toEqual([
    'requirement requirement_state attested_until check severity title ' +
      'subject_kind subject_id subject_name',
    '1.4.1 gap  NC-NET-001 critical No administration port is open to the Internet vm vm_ssh ssh',
    '1.4.1 gap  NC-NET-001 critical No administration port is open to the Internet vm vm_web web',
    '12.1.1 not-assessable 2026-04-02T03:04:05.000Z      ',
    '9.4.1(a) evidenced  NC-INV-006 low A <title> vm vm_app app',
    '9.4.1(a) evidenced  NC-INV-006 low A <title> vm vm_db db',
    '9.4.1(a) evidenced  NC-INV-006 low A <title> vm vm_ok ok',
  ]);
});

describe('HTML', () => {
  const html = writeReportHtml(DOCUMENT);

  test('has no script, needs no other file and escapes what it shows', () => {
    expect(html).not.toMatch(/<script|<link|<img|src=|https?:/);
    expect(html).toContain('A &lt;title&gt;');
    expect(html).toContain('port 22 is &lt;open&gt;');
  });

  test('says in words what failed, and that it is not anchored', () => {
    expect(html).toContain('<td>not anchored</td>');
    expect(html).toContain('<td>fail</td>');
    expect(html).toContain('<th scope="col">');
  });
});

test('Markdown shows backslashes and bars of a statement as they are', () => {
  const requirements = REPORT.requirements.map((each) => ({
    ...each,
    attestations: each.attestations.map((of) => ({ ...of, statement: String.raw`a\|b | c\d` })),
  }));
  const text = writeReportMarkdown({ ...DOCUMENT, report: { ...REPORT, requirements } });
  expect(text).toContain(String.raw`a\\\|b \| c\\d`);
});

test("HDF is read back by Heimdall's own library", () => {
  const converted = convertFile(JSON.stringify(toHdf(DOCUMENT)), true)['1_0_ExecJson'];
  if (converted === undefined) throw new Error('it is not HDF');
  const [profile] = contextualizeEvaluation(converted).contains;
  const controls = profile?.contains.map(({ hdf }) => [
    hdf.wraps.id,
    hdf.status,
    hdf.severity,
    hdf.segments?.map(({ status }) => status),
  ]);
  expect(controls).toEqual([
    ['NC-NET-001', 'Failed', 'critical', ['failed', 'failed']],
    ['NC-INV-006', 'Profile Error', 'low', ['error', 'skipped', 'passed']],
    ['NC-SRV-001', 'Failed', 'critical', ['failed']],
  ]);
});

test('OCSF has an event for each subject, with the requirements', () => {
  const events = toOcsf(DOCUMENT);
  expect(
    events.map(({ compliance, finding_info, severity_id }) => [
      finding_info.uid,
      compliance.status,
      compliance.requirements,
      severity_id,
    ]),
  ).toEqual([
    ['NC-INV-006/vm_app', 'Unknown', ['9.4.1(a)'], 2],
    ['NC-INV-006/vm_db', 'Unknown', ['9.4.1(a)'], 2],
    ['NC-INV-006/vm_ok', 'Pass', ['9.4.1(a)'], 2],
    ['NC-NET-001/vm_ssh', 'Fail', ['1.4.1'], 5],
    ['NC-NET-001/vm_web', 'Fail', ['1.4.1'], 5],
    ['NC-SRV-001/platform', 'Fail', [], 5],
  ]);
});

describe('a waived failure', () => {
  test('has its waiver in the last columns of CSV', () => {
    const [web] = writeReportCsv(DOCUMENT)
      .split('\n')
      .filter((row) => row.includes('vm_web'));
    expect(web).toMatch(/,fail,.*,pwv_a,2026-03-04T05:06:07.000Z\r?$/);
  });

  test('is suppressed in OCSF', () => {
    const statuses = toOcsf(DOCUMENT).map((event) => [event.finding_info.uid, event.status]);
    expect(statuses.filter(([, status]) => status === 'Suppressed')).toEqual([
      ['NC-NET-001/vm_web', 'Suppressed'],
      ['NC-SRV-001/platform', 'Suppressed'],
    ]);
  });

  test('waives the control in HDF only with all others of it', () => {
    const waiversOf = (document: ReportDocument) =>
      toHdf(document).profiles[0]?.controls.map(({ id, waiver_data: data }) => [
        id,
        data?.justification,
      ]);
    expect(waiversOf(DOCUMENT)).toEqual([
      ['NC-NET-001', undefined],
      ['NC-INV-006', undefined],
      ['NC-SRV-001', expect.stringContaining('accepted the risk')],
    ]);
    const results = DOCUMENT.results.filter(({ subject_name: name }) => name !== 'ssh');
    expect(waiversOf({ ...DOCUMENT, results })?.[0]).toEqual([
      'NC-NET-001',
      'pwv_a, ann: It moves next month.',
    ]);
  });

  test('is an approved deviation in OSCAL, until the waiver expires', () => {
    const [result] = toOscal(DOCUMENT)['assessment-results'].results;
    const [risk] = result?.risks ?? [];
    expect(risk).toMatchObject({
      status: 'deviation-approved',
      statement: WAIVER.reason,
      deadline: WAIVER.expires_at,
      'mitigating-factors': [{ description: 'Only keys sign in.' }],
    });
    expect(result?.findings?.[0]?.['related-risks']).toEqual([{ 'risk-uuid': risk?.uuid }]);
  });
});

test('the ids of a standard of your own begin with its name in OSCAL', () => {
  const report = { ...REPORT, standard: 'house-rules', version: '' };
  const [result] = toOscal({ ...DOCUMENT, report })['assessment-results'].results;
  expect(result?.title).toBe('PCI DSS: compliance report');
  expect(result?.findings?.[0]?.target['target-id']).toBe('house-rules-1.4.1');
});

describe('OSCAL', () => {
  const { results } = toOscal(DOCUMENT)['assessment-results'];
  const [result] = results;

  test('has a finding only for requirements whose state is known', () => {
    expect(
      result?.findings?.map(({ target }) => [target['target-id'], target.status.state]),
    ).toEqual([
      ['pci-1.4.1', 'not-satisfied'],
      ['pci-9.4.1_a', 'satisfied'],
    ]);
  });

  test('refers only to what it contains', () => {
    const items = result?.['local-definitions']?.['inventory-items'].map(({ uuid }) => uuid);
    const observations = result?.observations ?? [];
    const found = JSON.stringify(observations).matchAll(/"subject-uuid":"([^"]+)"/g);
    const subjects = [...found].map(([, uuid]) => uuid);
    expect(new Set(subjects)).toEqual(new Set(items));
    const uuids = observations.map(({ uuid }) => uuid);
    const related = result?.findings?.flatMap((each) => each['related-observations'] ?? []);
    expect(related).toHaveLength(4);
    for (const each of related ?? []) expect(uuids).toContain(each['observation-uuid']);
  });

  test('has what people attest', () => {
    const parts = result?.attestations?.flatMap((each) => each.parts);
    expect(parts?.map(({ title, prose }) => [title, prose])).toEqual([
      ['Requirement 12.1.1', 'The board approved the policy.'],
    ]);
  });

  test('has the same ids for the same results', () => {
    expect(toOscal(DOCUMENT)).toEqual(toOscal(DOCUMENT));
    const text = JSON.stringify(toOscal({ ...DOCUMENT, results: [] }));
    expect(text).not.toContain('[]');
  });
});
