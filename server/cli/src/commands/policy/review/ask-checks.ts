/** Judges a planned change by the checks of compliance, as the server will once it exists. */
import { type CheckSeverity, ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { membersInQuestion, TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';
import {
  explainPlannedFinding,
  explainRequirements,
} from '@novacron/engine/compliance/explain-planned-finding';
import type { PlannedSubject } from '@novacron/engine/compliance/model/planned';
import { planPlannedFindings } from '@novacron/engine/compliance/plan-planned-findings';
import type { PlannedResource } from '../../../terraform/planned-resource.ts';
import { type Finding, LEVELS, type Level, type ReviewPolicy } from './report/review-model.ts';

/** Standards to judge by, and the assumed time of the apply. */
interface Asked {
  readonly standards: readonly string[];
  /** RFC 3339. */
  readonly time: string;
}

const LEVEL_OF: Readonly<Record<CheckSeverity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};

/** Finds what a resource fails after the change, without places. Deletes have no findings. */
export function askChecks(resource: PlannedResource, asked: Asked): readonly Finding[] {
  const { kind, after, unknown, address } = resource;
  const standards = ComplianceStandard.options.filter((name) => asked.standards.includes(name));
  if (standards.length === 0 || after === null) return [];
  const nowMs = Date.parse(asked.time);
  return subjectsOf({ kind, fields: after, unknown }).flatMap(({ subject, path }) =>
    planPlannedFindings(subject, standards, nowMs).map((finding) => ({
      level: LEVEL_OF[finding.severity],
      policy: finding.check,
      policyFile: undefined,
      rulePath: undefined,
      message: explainPlannedFinding(finding),
      address,
      attribute: path,
      place: undefined,
      waiver: undefined,
    })),
  );
}

interface PlacedSubject {
  readonly subject: PlannedSubject;
  /** The attribute that it is written in; undefined for the resource itself. */
  readonly path: string | undefined;
}

/** The resource; of a group also one member, as checks do not depend on its name. */
function subjectsOf(subject: PlannedSubject): readonly PlacedSubject[] {
  const own = { subject, path: undefined };
  if (subject.kind !== 'vm_group') return [own];
  const [member] = membersInQuestion(subject.fields, subject.unknown);
  return member === undefined
    ? [own]
    : [own, { subject: { ...member, kind: 'vm' }, path: TEMPLATE }];
}

/** What a policy finds, as a check of one of the standards: at least at the level of its severity. */
export function asCheck(
  finding: Finding,
  { check }: ReviewPolicy,
  standards: readonly string[],
): Finding {
  if (check === undefined || !standards.includes(check.standard)) return finding;
  const { standard, requirements: ids, severity } = check;
  const levels: readonly Level[] = [finding.level, LEVEL_OF[severity]];
  const message = `${finding.message} ${explainRequirements([{ standard, ids }])}`;
  return { ...finding, message, level: LEVELS.find((each) => levels.includes(each)) ?? 'error' };
}
