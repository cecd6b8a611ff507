/** The input of a policy decision about a write, and its result. */

import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import type { DecisionMoment } from '@novacron/contract/kinds/policy/policy-decision';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { SubjectKind } from '@novacron/contract/policy-input/subject-fields';
import type { FieldProblem, Problem } from '@novacron/contract/problem/problem';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import type { FieldValues } from '../../rows/changed-fields.ts';
import type { CallContext } from './call-context.ts';

/** A write as policies see it. */
export interface PolicySubject {
  readonly operation: OperationName;
  readonly resourceKind: SubjectKind;
  /** The id is empty before the resource exists, the name while it is unknown. */
  readonly target: { readonly id: string; readonly name: string };
  readonly before: FieldValues | null;
  /** null for a delete. */
  readonly wanted: FieldValues | null;
  readonly unknown: readonly string[];
  /** The purpose of the question; `admission` by default. */
  readonly moment?: DecisionMoment;
  /** Principal that the question is about, if it is not the caller. */
  readonly subject?: { readonly name: string; readonly role: string };
}

/** The result of the policies. */
export interface WriteDecision {
  /** Reason why the write is refused; undefined if it is allowed. */
  readonly problem: Problem | undefined;
  readonly reasons: readonly string[];
  readonly warnings: AdmissionDecision['warnings'];
  readonly fields: readonly FieldProblem[];
  readonly policies: readonly PolicyVerdict[];
}

/** Decides writes by the tenant's policies. The policy layer implements it. */
export interface VerdictGate {
  readonly decide: (context: CallContext, write: PolicySubject) => Promise<WriteDecision>;
}
