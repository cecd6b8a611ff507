/** Shows scores, reports and findings of compliance. */
import type {
  ComplianceFinding,
  ComplianceReport,
  ComplianceSummary,
} from '@novacron/contract/compliance/compliance';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainCheckOf } from '@novacron/engine/compliance/explain-check';
import type {
  CheckTally,
  ComplianceReport as Report,
} from '@novacron/engine/compliance/model/report';
import type { Standard } from '@novacron/engine/compliance/model/standard';
import {
  planComplianceReport,
  type Tallies,
} from '@novacron/engine/compliance/plan-compliance-report';
import { passedTimeRatio } from '@novacron/engine/compliance/plan-period-report';
import type { ComplianceFindingRow } from '../../../ports/tables/policy/compliance-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { readAttestations } from './attestations.ts';
import { toFinding } from './finding-rows.ts';
import { maySee } from './may-see.ts';
import { readPeriod, readPeriodReport } from './read-history.ts';
import { readInherited, readTallies } from './read-inherited.ts';
import { findStandard, readStandards } from './read-standards.ts';

interface Scanned {
  readonly tallies: Tallies;
  /** Checks of the findings that were corrected automatically, one for each. */
  readonly corrected: readonly string[];
  /** Checks of the platform, where it is another tenant's. */
  readonly inherited: Tallies;
  readonly scannedAt: string | null;
}

/** Shows the score of the caller's tenant for each standard. */
export async function showComplianceStatus(
  deps: CapabilityDeps,
  { principal }: CallContext,
): Promise<Result<{ readonly standards: readonly ComplianceSummary[] }, Problem>> {
  const scanned = await readScan(deps, principal.tenantId);
  const standards = await readStandards(deps, principal.tenantId);
  return ok({ standards: standards.map((standard) => summaryOf(standard, scanned).summary) });
}

/** Reports on one standard over a period. Problems: `validation-failed`. */
export async function reportCompliance(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance.report'>,
  { principal }: CallContext,
): Promise<Result<ComplianceReport, Problem>> {
  const asked = readPeriod(input, deps.clock.nowMs());
  if (!asked.ok) return asked;
  const found = await findStandard(deps, principal.tenantId, input.standard);
  if (!found.ok) return found;
  const standard = found.value;
  const of = { standard, period: asked.value };
  const { times, ...history } = await readPeriodReport(deps, principal.tenantId, of);
  const timeRatio = (ids: readonly string[]) => ({
    passed_time_ratio: passedTimeRatio(times, ids),
  });
  const at = { standard: standard.id, atMs: asked.value.toMs };
  const attestationsOf = await readAttestations(deps.store, principal.tenantId, at);
  const scanned = await readScan(deps, principal.tenantId);
  const { summary, report } = summaryOf(standard, scanned);
  const ids = new Set(report.requirements.flatMap(({ checks }) => checks));
  const checks = [...ids].toSorted().flatMap((id) => {
    const check = explainCheckOf(standard, id);
    if (check === undefined) return [];
    const { title, severity } = check;
    const inherited = scanned.inherited.has(id);
    const counts = countsOf(scanned.tallies.get(id));
    return [{ id, title, severity, inherited, ...counts, ...timeRatio([id]) }];
  });
  const requirements = report.requirements.map((each) => ({
    ...each,
    checks: [...each.checks],
    attestations: attestationsOf(each.id),
    ...timeRatio(each.checks),
  }));
  return ok({
    ...summary,
    requirements,
    checks,
    ...history,
  });
}

/** Lists the findings of the caller's tenant in the order in which they were first found. */
export async function listFindings(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance_finding.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ComplianceFinding>, Problem>> {
  const source = {
    operation: 'compliance_finding.list',
    from: 'compliance_findings',
    where: { tenant_id: principal.tenantId },
    columns: { check: 'check_id' },
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, (row) => shownFinding(row, principal))) : page;
}

/** A finding, without what the caller could not read otherwise. */
function shownFinding(
  row: ComplianceFindingRow,
  principal: CallContext['principal'],
): ComplianceFinding {
  const finding = toFinding(row);
  if (maySee({ principal }, finding.subject_kind)) return finding;
  const reason = `Not shown: your role may not read what this check judges.`;
  return { ...finding, subject_name: '', reason, evidence: {} };
}

/** Shows one finding; another tenant's does not exist. */
export async function getFinding(
  { store }: CapabilityDeps,
  { id }: ParsedInputOf<'compliance_finding.get'>,
  { principal }: CallContext,
): Promise<Result<ComplianceFinding, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'compliance_findings', where });
  return row === undefined
    ? err(notFound('compliance finding', id))
    : ok(shownFinding(row, principal));
}

async function readScan({ store }: CapabilityDeps, tenantId: string): Promise<Scanned> {
  const { scans, findings } = await store.snapshot({
    scans: { from: 'compliance_scans', where: { id: tenantId } },
    findings: {
      from: 'compliance_findings',
      where: { tenant_id: tenantId, auto_corrected_at_ms: { above: 0 } },
      damaged: 'blank',
    },
  });
  const [row] = scans;
  const inherited = await readInherited(store, tenantId);
  const own = row === undefined ? [] : readTallies(row);
  return {
    tallies: new Map([...own, ...inherited]),
    inherited,
    corrected: findings.map(({ check_id }) => check_id),
    scannedAt: row === undefined ? null : toTimestamp(row.scanned_at_ms),
  };
}

function summaryOf(standard: Standard, { tallies, corrected, scannedAt }: Scanned) {
  const { id, name, version } = standard;
  const report = planComplianceReport(standard, tallies);
  const { failures } = report;
  const checks = new Set(report.requirements.flatMap((each) => each.checks));
  const summary: ComplianceSummary = {
    standard: id,
    name,
    version,
    compliance_score: report.score,
    score_with_accepted_risk: report.scoreWithAcceptedRisk,
    capped_by: [...report.cappedBy],
    evaluated_ratio: report.evaluatedRatio,
    open_violations: failures.critical + failures.high + failures.medium + failures.low,
    critical_violations: failures.critical,
    requirements_settled: countAssessable(report, 'settled'),
    requirements_evidence_only: countAssessable(report, 'evidence-only'),
    requirements_no_facts: countAssessable(report, 'no-facts'),
    requirements_not_assessable: countAssessable(report, 'not-assessable'),
    auto_remediated: corrected.filter((check) => checks.has(check)).length,
    scanned_at: scannedAt,
  };
  return { summary, report };
}

function countAssessable({ requirements }: Report, assessable: string): number {
  return requirements.filter((each) => each.assessable === assessable).length;
}

function countsOf(tally: CheckTally | undefined) {
  const { passed = 0, failed = 0, waived = 0, unknown = 0, notApplicable = 0 } = tally ?? {};
  return { passed, failed, waived, unknown, not_applicable: notApplicable };
}
