/** Reads how results of compliance changed: periods, daily scores, comparisons. */

import {
  type ComplianceDiff,
  type ComplianceReport,
  DIFF_CHANGES_MAX,
} from '@novacron/contract/compliance/compliance';
import { readMoment } from '@novacron/contract/formats/read-moment';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainCheck, explainCheckOf } from '@novacron/engine/compliance/explain-check';
import type {
  PeriodReport,
  ResultChange,
  ResultInterval,
  ScorePoint,
  Span,
} from '@novacron/engine/compliance/model/history';
import type { Standard } from '@novacron/engine/compliance/model/standard';
import { planComplianceDiff } from '@novacron/engine/compliance/plan-compliance-diff';
import { checksOfStandard, planPeriodReport } from '@novacron/engine/compliance/plan-period-report';
import { planScoreSegments } from '@novacron/engine/compliance/plan-score-segments';
import { z } from 'zod';
import type { Store } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toInterval } from './evidence-rows.ts';
import { maySee } from './may-see.ts';
import { findStandard, readStandards } from './read-standards.ts';
import { walkEvidence } from './walk-evidence.ts';

const DAY_MS = 86_400_000;

const PERIOD_MS_DEFAULT = 90 * DAY_MS;

/** Records are deleted with the audit log; a longer period is mostly a gap. */
const PERIOD_MS_MAX = 3 * 366 * DAY_MS;

/** A scan every hour covers the time after it as well. Unit: ms. */
const SAMPLE_MS = 2 * 3_600_000;

const Point = z.looseObject({
  score: z.number().nullable(),
  scoreWithAcceptedRisk: z.number().nullable(),
  evaluatedRatio: z.number().nullable(),
  openFailures: z.number(),
});

/** A period as a request names it. */
interface RequestedPeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads a period. Problems: `validation-failed`. */
export function readPeriod({ from, to }: RequestedPeriod, nowMs: number): Result<Span, Problem> {
  const toMs = Math.min(nowMs, to === undefined ? nowMs : (readMoment(to, nowMs) ?? nowMs));
  const fromMs =
    (from === undefined ? undefined : readMoment(from, nowMs)) ?? toMs - PERIOD_MS_DEFAULT;
  if (fromMs < toMs && toMs - fromMs <= PERIOD_MS_MAX) return ok({ fromMs, toMs });
  const message = fromMs < toMs ? 'must be at most three years before to' : 'must be before to';
  return err(
    problem('validation-failed', {
      detail: 'The period is not valid.',
      remedy: 'Set from to a moment before to, and at most three years before it.',
      fields: [{ path: ['from'], message }],
    }),
  );
}

/** The parts of a report that are about a period, and the times of its checks. */
export async function readPeriodReport(
  deps: CapabilityDeps,
  tenantId: string,
  of: { readonly standard: Standard; readonly period: Span },
): Promise<Pick<ComplianceReport, 'period' | 'segments' | 'anchor'> & Pick<PeriodReport, 'times'>> {
  const { standard, period } = of;
  const { store } = deps;
  const report = planPeriodReport(standard, {
    period,
    sampled: await readSamples(deps, tenantId, period),
    intervals: await readIntervals(store, tenantId, period),
  });
  const [anchor] = await store.read({ from: 'compliance_anchors', where: { id: tenantId } });
  const points = await readPoints(store, tenantId, of);
  return {
    period: {
      ...toPeriod(period),
      sampled_ratio: roundRatio(report.sampledRatio),
      gaps: report.gaps.map(toPeriod),
      fixed: report.fixed,
      hours_to_fix: report.hoursToFix,
    },
    segments: planScoreSegments(points).map(({ scope, catalogue, points: days }) => ({
      scope,
      catalogue,
      points: days.map((point) => ({
        day: point.day,
        compliance_score: point.score,
        score_with_accepted_risk: point.scoreWithAcceptedRisk,
        evaluated_ratio: point.evaluatedRatio,
        open_violations: point.openFailures,
      })),
    })),
    anchor:
      anchor === undefined
        ? null
        : {
            at: toTimestamp(anchor.at_ms),
            position: anchor.position,
            hash: anchor.hash,
            channel: anchor.channel,
          },
    times: report.times,
  };
}

/** Four places are enough to tell an hour in a year. */
function roundRatio(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000;
}

function toPeriod({ fromMs, toMs }: Span) {
  return { from: toTimestamp(fromMs), to: toTimestamp(toMs) };
}

async function readSamples(
  { store, clock }: CapabilityDeps,
  tenantId: string,
  { fromMs, toMs }: Span,
): Promise<readonly Span[]> {
  const rows = await store.read({
    from: 'compliance_samples',
    where: { tenant_id: tenantId, to_ms: { above: fromMs - SAMPLE_MS } },
    orderBy: { column: 'to_ms', direction: 'asc' },
  });
  const nowMs = clock.nowMs();
  return rows.map(({ from_ms, to_ms }) => {
    const isCurrent = nowMs - to_ms <= SAMPLE_MS;
    return { fromMs: from_ms, toMs: isCurrent ? Math.max(to_ms, toMs) : to_ms };
  });
}

async function readPoints(
  store: Store,
  tenantId: string,
  of: { readonly standard: Standard; readonly period: Span },
): Promise<readonly ScorePoint[]> {
  const { standard, period } = of;
  // The point of a day is of its last scan: the day on which the period begins has one, too.
  const fromMs = period.fromMs - (period.fromMs % DAY_MS);
  const rows = await store.read({
    from: 'compliance_points',
    where: {
      tenant_id: tenantId,
      standard: standard.id,
      at_ms: { from: fromMs, until: period.toMs },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
  });
  return rows.map(({ day, scope, catalogue, point_json }) => ({
    standard: standard.id,
    day,
    scope,
    catalogue,
    ...Point.parse(JSON.parse(point_json)),
  }));
}

/** Reads the results that were the case in a part of a period, the earliest first. */
async function readIntervals(
  store: Store,
  tenantId: string,
  { fromMs, toMs }: Span,
): Promise<readonly ResultInterval[]> {
  const intervals: ResultInterval[] = [];
  for await (const row of walkEvidence(store, tenantId, 0)) {
    // The times of a chain never go back.
    if (row.at_ms > toMs) break;
    if (row.until_ms === null || row.until_ms >= fromMs) intervals.push(toInterval(row));
  }
  return intervals;
}

/** Compares the results of two moments. Problems: `validation-failed`. */
export async function diffCompliance(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance.diff'>,
  { principal }: CallContext,
): Promise<Result<ComplianceDiff, Problem>> {
  const { tenantId } = principal;
  const period = readPeriod(input, deps.clock.nowMs());
  if (!period.ok) return period;
  const only = input.standard && (await findStandard(deps, tenantId, input.standard));
  if (only && !only.ok) return only;
  const checks = only ? checksOfStandard(only.value) : undefined;
  const standards = await readStandards(deps, tenantId);
  const all = await readIntervals(deps.store, tenantId, period.value);
  const intervals = all
    .filter(({ checkId }) => checks?.has(checkId) ?? true)
    .filter(({ subjectKind }) => maySee({ principal }, subjectKind));
  const diff = planComplianceDiff(intervals, period.value);
  const list = (changes: readonly ResultChange[]) =>
    changes.slice(0, DIFF_CHANGES_MAX).map((change) => toChange(change, standards));
  const omitted = Object.values(diff).map(({ length }) => Math.max(0, length - DIFF_CHANGES_MAX));
  return ok({
    ...toPeriod(period.value),
    worse: list(diff.worse),
    better: list(diff.better),
    newly_known: list(diff.newlyKnown),
    omitted: omitted.reduce((total, each) => total + each, 0),
  });
}

function toChange(
  { checkId, before, after, atMs, ...change }: ResultChange,
  standards: readonly Standard[],
) {
  const own = standards.find(({ policies }) => policies?.has(checkId));
  const check =
    own === undefined ? explainCheck(checkId, change.subjectKind) : explainCheckOf(own, checkId);
  return {
    check: checkId,
    title: check?.title ?? checkId,
    severity: check?.severity ?? 'low',
    subject_kind: change.subjectKind,
    subject_id: change.subjectId,
    subject_name: change.subjectName,
    before,
    after,
    at: toTimestamp(atMs),
  };
}
