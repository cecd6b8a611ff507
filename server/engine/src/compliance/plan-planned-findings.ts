/** Judges a resource of a plan by the checks of standards. See README.md. */
import type { ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { ALL_CHECKS, STANDARDS } from './catalogue/all-checks.ts';
import type { CheckResult } from './model/check.ts';
import type { SubjectFacts } from './model/facts.ts';
import { OMITTED_FACTS, type WrittenKind } from './model/omitted-facts.ts';
import type { PlannedFinding, PlannedRequirements, PlannedSubject } from './model/planned.ts';
import { planCheckResults } from './plan-check-results.ts';

/** Facts that only a live resource has: what a plan shows of them was true before it. */
const LIVE = new Set(['network_interfaces', 'foreign_devices', 'vm_count', 'updated_at']);

/**
 * Finds the checks that a planned resource fails. A check whose facts are known after apply finds
 * nothing: the scan of the server judges the resource once it exists.
 * @param standards - only checks that give evidence for a requirement of one of them
 * @param nowMs - milliseconds since 1970
 * @returns findings in the order of the catalogue; none for kinds that checks do not judge
 */
export function planPlannedFindings(
  planned: PlannedSubject,
  standards: readonly ComplianceStandard[],
  nowMs: number,
): readonly PlannedFinding[] {
  return resultsOf(planned, nowMs)
    .filter(({ state }) => state === 'fail')
    .flatMap(({ checkId, reason }) => {
      const requirements = requirementsOf(checkId, standards);
      const check = ALL_CHECKS.get(checkId);
      if (check === undefined || requirements.length === 0) return [];
      const { title, severity } = check;
      return [{ check: checkId, title, severity, reason, requirements }];
    });
}

function resultsOf({ kind, fields, unknown }: PlannedSubject, nowMs: number) {
  if (!isWrittenKind(kind)) return [];
  const open = new Set(unknown.map((path) => path.split('.')[0]));
  const given = Object.entries(fields).filter(
    ([name, value]) => value !== null && value !== undefined && !LIVE.has(name) && !open.has(name),
  );
  const omitted = Object.entries(OMITTED_FACTS[kind]).filter(([name]) => !open.has(name));
  const facts = { id: '', name: '', ...Object.fromEntries([...omitted, ...given]) };
  return judge(kind, facts, nowMs);
}

function judge<Kind extends WrittenKind>(
  kind: Kind,
  facts: object,
  nowMs: number,
): readonly CheckResult[] {
  // Without groups, the rules of the resource are all; those of groups are not in its plan.
  const hasNoGroups =
    'security_groups' in facts &&
    Array.isArray(facts.security_groups) &&
    facts.security_groups.length === 0;
  const around = hasNoGroups ? { nowMs, securityGroups: new Map() } : { nowMs };
  // Terraform and the contract have validated the fields of a plan against the same table.
  return planCheckResults(kind, facts as SubjectFacts[Kind], around);
}

function isWrittenKind(kind: string): kind is WrittenKind {
  return Object.hasOwn(OMITTED_FACTS, kind);
}

function requirementsOf(
  check: string,
  standards: readonly ComplianceStandard[],
): readonly PlannedRequirements[] {
  return standards.flatMap((standard) => {
    const { requirements } = STANDARDS[standard];
    const ids = requirements.filter(({ checks }) => checks.includes(check)).map(({ id }) => id);
    return ids.length === 0 ? [] : [{ standard, ids }];
  });
}
