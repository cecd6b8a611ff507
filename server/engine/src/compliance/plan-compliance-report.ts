/** Adds results up to a report of one standard. See README.md. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import { PLATFORM_CHECK_IDS } from './catalogue/all-checks.ts';
import { explainCheckOf } from './explain-check.ts';
import type { CheckResult } from './model/check.ts';
import type { Labels } from './model/facts.ts';
import type {
  CheckTally,
  ComplianceReport,
  RequirementReport,
  RequirementState,
} from './model/report.ts';
import type { Requirement, Standard } from './model/standard.ts';
import { sensitivityOf } from './rules/data-class.ts';

/** Weights of checks by severity. */
const SEVERITY_WEIGHTS: Readonly<Record<CheckSeverity, number>> = {
  critical: 10,
  high: 6,
  medium: 3,
  low: 1,
};

/** Weights of subjects by the rank of their data class. */
const CLASS_WEIGHTS = [1, 1, 2, 3];

/** The highest score while a critical failure is open. */
const CAPPED_SCORE = 79;

/** With more subjects without a verdict than this, a requirement is unknown. */
const UNKNOWN_RATIO_MAX = 0.05;

/** Results of a check that judged nothing. */
export const NO_RESULTS: CheckTally = {
  passed: 0,
  failed: 0,
  waived: 0,
  unknown: 0,
  notApplicable: 0,
  passedWeight: 0,
  waivedWeight: 0,
  weight: 0,
};

/** Results of each check, by its id. */
export type Tallies = ReadonlyMap<string, CheckTally>;

/** A result, with the labels of its subject and whether a waiver covers it. */
export interface CountedResult {
  readonly result: Pick<CheckResult, 'checkId' | 'subjectId' | 'state'>;
  readonly labels: Labels;
  readonly isWaived: boolean;
}

/** Counts the new results of subjects instead of those that were counted before. */
export function planTallies(
  before: Tallies,
  {
    added,
    removed = [],
  }: { readonly added: readonly CountedResult[]; readonly removed?: readonly CountedResult[] },
): Tallies {
  const tallies = new Map(before);
  const count = (counted: CountedResult, by: 1 | -1): void => {
    const { checkId } = counted.result;
    tallies.set(checkId, addResult(tallies.get(checkId) ?? NO_RESULTS, counted, by));
  };
  for (const counted of removed) count(counted, -1);
  for (const counted of added) count(counted, 1);
  return tallies;
}

function addResult(
  tally: CheckTally,
  { result, labels, isWaived }: CountedResult,
  by: 1 | -1,
): CheckTally {
  if (result.state === 'not-applicable') {
    return { ...tally, notApplicable: tally.notApplicable + by };
  }
  const own = by * (CLASS_WEIGHTS[sensitivityOf(labels)] ?? 1);
  const weight = tally.weight + own;
  if (result.state === 'pass') {
    return { ...tally, weight, passed: tally.passed + by, passedWeight: tally.passedWeight + own };
  }
  if (result.state !== 'fail') return { ...tally, weight, unknown: tally.unknown + by };
  if (!isWaived) return { ...tally, weight, failed: tally.failed + by };
  return { ...tally, weight, waived: tally.waived + by, waivedWeight: tally.waivedWeight + own };
}

/**
 * What other tenants inherit from the platform: whether each check of nodes and servers passes, as
 * the result of one subject. The number of nodes, and the one that fails, stay with the platform.
 */
export function planInheritedTallies(platform: Tallies): Tallies {
  const inherited = [...platform].flatMap(([id, tally]): readonly [string, CheckTally][] => {
    if (!PLATFORM_CHECK_IDS.has(id) || tally.weight === 0) return [];
    const { failed, waived, unknown } = tally;
    const one = { ...NO_RESULTS, weight: 1 };
    if (failed > 0) return [[id, { ...one, failed: 1 }]];
    if (waived > 0) return [[id, { ...one, waived: 1, waivedWeight: 1 }]];
    if (unknown > 0) return [[id, { ...one, unknown: 1 }]];
    return [[id, { ...one, passed: 1, passedWeight: 1 }]];
  });
  return new Map(inherited);
}

/** Makes the report of one standard of the results of its checks. */
export function planComplianceReport(standard: Standard, tallies: Tallies): ComplianceReport {
  const { requirements, notAssessable } = standard;
  const ids = new Set(requirements.flatMap(({ checks }) => checks));
  const counted = [...tallies].flatMap(([id, tally]) => {
    const check = ids.has(id) && tally.weight > 0 ? explainCheckOf(standard, id) : undefined;
    return check === undefined ? [] : [{ ...check, tally }];
  });
  const failures = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity, tally } of counted) failures[severity] += tally.failed;
  const criticalWith = (failuresOf: (tally: CheckTally) => number): readonly string[] =>
    counted
      .filter(({ severity, tally }) => severity === 'critical' && failuresOf(tally) > 0)
      .map(({ id }) => id);
  const cappedBy = criticalWith(({ failed, waived }) => failed + waived);
  const score = (
    ratioOf: (tally: CheckTally) => number,
    limitedBy: readonly string[],
  ): number | null => {
    const weights = counted.map(({ severity }) => SEVERITY_WEIGHTS[severity]);
    const total = sum(weights);
    if (total === 0) return null;
    const reached = sum(
      counted.map(({ severity, tally }) => SEVERITY_WEIGHTS[severity] * ratioOf(tally)),
    );
    const exact = (100 * reached) / total;
    return Math.round((limitedBy.length > 0 ? Math.min(exact, CAPPED_SCORE) : exact) * 10) / 10;
  };
  const all = sum(counted.map(({ tally }) => countOf(tally)));
  const unknown = sum(counted.map(({ tally }) => tally.unknown));
  return {
    score: score(({ passedWeight, weight }) => passedWeight / weight, cappedBy),
    scoreWithAcceptedRisk: score(
      ({ passedWeight, waivedWeight, weight }) => (passedWeight + waivedWeight) / weight,
      criticalWith(({ failed }) => failed),
    ),
    cappedBy,
    evaluatedRatio: all === 0 ? null : (all - unknown) / all,
    failures,
    requirements: [
      ...requirements.map((requirement) => reportRequirement(requirement, { standard, tallies })),
      ...notAssessable.map(
        (id): RequirementReport => ({
          id,
          assessable: 'not-assessable',
          state: 'not-assessable',
          checks: [],
        }),
      ),
    ],
  };
}

function reportRequirement(
  requirement: Requirement,
  { standard, tallies }: { readonly standard: Standard; readonly tallies: Tallies },
): RequirementReport {
  const { id, checks } = requirement;
  const known = checks.filter((check) => explainCheckOf(standard, check) !== undefined);
  if (known.length === 0) return { id, assessable: 'no-facts', state: 'no-facts', checks };
  const isDecided =
    requirement.answers === 'settled' &&
    known.length === checks.length &&
    known.every((check) => explainCheckOf(standard, check)?.coverage === 'full');
  const own = known.map((check) => tallies.get(check) ?? NO_RESULTS);
  const assessable = isDecided ? 'settled' : 'evidence-only';
  return {
    id,
    assessable,
    state: stateOf(own, isDecided ? 'evidenced' : 'partly-evidenced'),
    checks,
  };
}

function stateOf(tallies: readonly CheckTally[], passed: RequirementState): RequirementState {
  if (tallies.some(({ failed, waived }) => failed + waived > 0)) return 'gap';
  const all = sum(tallies.map(countOf));
  if (all === 0) return 'not-applicable';
  const unknown = sum(tallies.map((tally) => tally.unknown));
  return unknown / all > UNKNOWN_RATIO_MAX ? 'unknown' : passed;
}

/** Subjects that the check applies to. */
function countOf({ passed, failed, waived, unknown }: CheckTally): number {
  return passed + failed + waived + unknown;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
