/**
 * A report in the Heimdall Data Format: the exec-json of InSpec, which MITRE's Heimdall opens and
 * converts.
 */

import { createHash } from 'node:crypto';
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import { canonicalJson } from '@novacron/contract/json';
import { groupResults, type ReportDocument, type ReportResult } from './report-document.ts';
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
    ...waiverOf(byCheck.get(id) ?? []),
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

/**
 * The waiver of a control all of whose failures are waived. It still counts as failed, as in the
 * score: only what is `skipped_due_to_waiver` does not.
 */
function waiverOf(results: readonly ReportResult[]) {
  const failed = results.filter(({ state }) => state === 'fail');
  const waivers = failed.flatMap(({ waiver }) => waiver ?? []);
  if (waivers.length === 0 || waivers.length < failed.length) return {};
  const ends = waivers.flatMap(({ expires_at }) => expires_at ?? []).toSorted();
  const words = waivers.map(({ id, owner, reason }) => `${id}, ${owner}: ${reason}`);
  return {
    waiver_data: {
      expiration_date: ends[0] ?? null,
      justification: [...new Set(words)].join('; '),
      run: true,
      skipped_due_to_waiver: false,
      message: '',
    },
  };
}

function resultOf(result: ReportResult) {
  const { state, subject_kind, subject_name, subject_id, at, waiver } = result;
  const reason = waiver === null ? result.reason : `${result.reason} (waived: ${waiver.id})`;
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
