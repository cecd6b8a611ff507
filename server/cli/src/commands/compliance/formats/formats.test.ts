import { describe, expect, test } from '@jest/globals';
import { ComplianceReport } from '@novacron/contract/compliance/compliance';
import { contextualizeEvaluation, convertFile } from 'inspecjs';
import { AT } from '../../../test-kit/sample-base.ts';
import { COMPLIANCE_ANSWERS } from '../../../test-kit/sample-compliance.ts';
import { sampleRecords } from '../../../test-kit/sample-evidence.ts';
import { latestResults, type ReportDocument } from './report-document.ts';
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
  ],
});

const DOCUMENT: ReportDocument = {
  report: REPORT,
  results: latestResults(sampleRecords()),
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
  ]);
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
