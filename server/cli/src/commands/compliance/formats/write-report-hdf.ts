/**
 * A report in the Heimdall Data Format: the exec-json of InSpec, which MITRE's Heimdall opens and
 * converts.
 */

import { createHash } from 'node:crypto';
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import type { EvidenceRecord } from '@novacron/contract/compliance/evidence';
import { canonicalJson } from '@novacron/contract/json';
import { groupResults, type ReportDocument } from './report-document.ts';
import { titleOf } from './report-sections.ts';

const IMPACTS: Readonly<Record<CheckSeverity, number>> = {
  critical: 0.9,
  high: 0.7,
  medium: 0.5,
  low: 0.3,
};

/** Makes it. Requirements without a check are not in it: the format has no place for them. */
export function toHdf({ report, results, version }: ReportDocument) {
  const byCheck = groupResults(results, ({ check }) => check);
  const controls = report.checks.map(({ id, title, severity }) => ({
    id,
    title,
    desc: title,
    impact: IMPACTS[severity],
    tags: {
      severity,
      [report.standard]: report.requirements
        .filter(({ checks }) => checks.includes(id))
        .map((requirement) => requirement.id),
    },
    refs: [],
    code: '',
    source_location: {},
    results: (byCheck.get(id) ?? []).map(resultOf),
  }));
  const profile = {
    name: `novacron-${report.standard}`,
    title: titleOf(report),
    version: report.version,
    status: 'loaded',
    supports: [],
    attributes: [],
    groups: [],
    controls,
  };
  const sha256 = createHash('sha256').update(canonicalJson(profile)).digest('hex');
  return {
    platform: { name: 'novacron', release: version },
    version,
    statistics: {},
    profiles: [{ ...profile, sha256 }],
  };
}

function resultOf(record: EvidenceRecord) {
  const { state, subject_kind, subject_name, subject_id, reason, at } = record;
  const about = { code_desc: `${subject_kind} ${subject_name} (${subject_id})`, start_time: at };
  switch (state) {
    case 'pass':
      return { ...about, status: 'passed' };
    case 'fail':
      return { ...about, status: 'failed', message: reason };
    case 'error':
      return { ...about, status: 'error', message: reason };
    default:
      return { ...about, status: 'skipped', skip_message: reason };
  }
}
