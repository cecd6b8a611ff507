/** The table of what approvals may be about. */
import type { ApprovalSubjects } from '../access/approvals/approval-subjects.ts';
import {
  type ExecutionSubjectParts,
  executionSubject,
} from '../automation/executions/execution-subject.ts';
import { findingSubject } from '../governance/compliance/corrections/finding-subject.ts';
import type { SubjectParts } from '../governance/compliance/corrections/read-subject.ts';
import { driftSubject } from '../governance/drift/drift-subject.ts';
import { waiverSubject } from '../policy/waivers/waiver-subject.ts';
import { decisionSubject } from '../scaling/autonomy/decision-subject.ts';
import { modelSubject } from '../scaling/models/model-subject.ts';
import { recommendationSubject } from '../scaling/recommendations/recommendation-subject.ts';

/** Makes it; a new kind of the contract is one more row. */
export function approvalSubjects(parts: ExecutionSubjectParts & SubjectParts): ApprovalSubjects {
  const execution = executionSubject(parts);
  return {
    execution,
    gitops_sync: execution,
    drift: driftSubject(parts.deps),
    compliance_finding: findingSubject(parts),
    policy_waiver: waiverSubject(parts.deps),
    recommendation: recommendationSubject(parts.deps),
    model: modelSubject(parts.deps),
    autonomous_decision: decisionSubject(parts.deps),
  };
}
