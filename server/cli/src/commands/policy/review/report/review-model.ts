/** The words of a review. */

import type { PolicyCheck } from '@novacron/contract/compliance/policy-check';
import type { AskablePolicy } from '@novacron/engine/policy/model/policy';
import type { LoadedRego } from '@novacron/rego/evaluate-rego';
import type { Fields } from '../../../../output/fields.ts';
import type { SourcePlace } from '../../../../output/reports/source-place.ts';

/** Severity of a finding: refused in block mode, reported in warn mode, or informational. */
export const LEVELS = ['error', 'warning', 'note'] as const;
export type Level = (typeof LEVELS)[number];

/** The level at which a command fails; a finding above it fails as well. */
export type FailOn = Level | 'never';

/** Whether a finding of a level makes the command fail. */
export function isFailing(level: Level, failOn: FailOn): boolean {
  return failOn !== 'never' && LEVELS.indexOf(level) <= LEVELS.indexOf(failOn);
}

/** One thing that a policy says about one resource. */
export interface Finding {
  readonly level: Level;
  /** Source of the finding: the policy's name, a check's id, or a part of the review itself. */
  readonly policy: string;
  /** Path of the policy, such as policies/vm-access/policy.rego. */
  readonly policyFile: string | undefined;
  /** The rule that decided: data.novacron.deny. */
  readonly rulePath: string | undefined;
  readonly message: string;
  /** Terraform's address. */
  readonly address: string;
  /** The attribute that it is about, such as metadata.tier. */
  readonly attribute: string | undefined;
  readonly place: SourcePlace | undefined;
  readonly waiver: Waiver | undefined;
  /** Further details from the rule, if it returns more than a message. */
  readonly details?: Fields;
}

/** Leave to keep what a policy refuses, written beside the resource. */
export interface Waiver {
  readonly policy: string;
  readonly owner: string;
  /** The last day on which it counts: 2026-12-31. */
  readonly expires: string;
  readonly reason: string;
}

/** A policy that is ready to be asked. */
export interface ReviewPolicy extends AskablePolicy {
  /** RFC 3339; null: at once. Before that it is not asked. */
  readonly activeFrom: string | null;
  /** The standard and requirements that it is a check of. */
  readonly check: PolicyCheck | undefined;
  readonly file: string;
  readonly rego: LoadedRego;
}

/** A resource whose verdict differs between two revisions of the policies. */
export interface VerdictChange {
  readonly address: string;
  /** Whether the plan changes it, or it only exists. */
  readonly scope: 'plan' | 'live';
  readonly now: 'denied' | 'allowed';
  /** Policies that deny it now and did not, or the other way around. */
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  readonly place: SourcePlace | undefined;
}

/** Cost per hour of resources before and after a plan, in the currency of the price list. */
export interface CostChange {
  readonly per_hour_before: number;
  /** Of VM groups with their smallest size. */
  readonly per_hour_after: number;
  /** Of VM groups with their largest size. */
  readonly per_hour_max: number;
}

/** A resource whose cost the plan changes. */
export interface ResourceCost extends CostChange {
  /** Terraform's address. */
  readonly address: string;
}

/** What a plan costs; resources that it leaves alone count in its sums. */
export interface PlanCost extends CostChange {
  /** null: no changed resource has a known price. */
  readonly currency: string | null;
  readonly changes: readonly ResourceCost[];
  /** Addresses of changed resources whose price is not known; they are in no sum. */
  readonly unknown: readonly string[];
  /** Budget with the lowest limit that refuses requests. */
  readonly budget: BudgetLeft | null;
}

/** What is left of a budget, with stopped VMs as if they ran. */
export interface BudgetLeft {
  readonly name: string;
  readonly limit_per_hour: number;
  readonly left_per_hour: number;
  readonly left_after: number;
}

/** A document that a rule has nothing to say about. */
export interface PassedCheck {
  /** The rule: main.deny. */
  readonly policy: string;
  readonly address: string;
  readonly place: SourcePlace | undefined;
}

/** Result of a review. */
export interface Review {
  /** Subject of the review: changes of a plan, or documents in files. */
  readonly subject: 'change' | 'document';
  readonly findings: readonly Finding[];
  /** Only where two revisions are compared. */
  readonly verdictChanges: readonly VerdictChange[] | undefined;
  /** Only where it is asked for. */
  readonly cost: PlanCost | undefined;
  /** Standards whose checks judged the changes. */
  readonly standards: readonly string[];
  /** Addresses of changes that no policy was asked about, because only the server can. */
  readonly unasked: readonly string[];
  /** Types of changes that this release does not know, though they are NovaCron's. */
  readonly unknownTypes: readonly string[];
  /** Only of documents. */
  readonly passed: readonly PassedCheck[];
  readonly counts: {
    /** Number of policies; for documents, of rules. */
    readonly policies: number;
    /** Resources, or documents, that were asked about. */
    readonly resources: number;
    /** Changes of types that are not NovaCron's: no policy was evaluated. */
    readonly others: number;
    readonly waived: number;
  };
}
