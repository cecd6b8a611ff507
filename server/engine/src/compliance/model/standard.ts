/** Standards: which checks give evidence for which requirement. */
import type { PolicyCheck } from '@novacron/contract/compliance/policy-check';
import type { CheckDescription } from './check.ts';

/** A requirement by its number; texts of standards are not part of NovaCron. */
export interface Requirement {
  readonly id: string;
  /** `settled`: its checks decide it within the platform; `evidence`: people judge the rest. */
  readonly answers: 'settled' | 'evidence';
  /** Checks that give evidence for it, those without facts in this release included. */
  readonly checks: readonly string[];
}

/** A standard, with our own mapping, which no publisher has endorsed; or one of a tenant. */
export interface Standard {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly requirements: readonly Requirement[];
  /** Requirements that no program can judge. */
  readonly notAssessable: readonly string[];
  /** Of a standard of a tenant: its policies, by their ids. */
  readonly policies?: ReadonlyMap<string, PolicyDescription>;
}

/** A policy as a check. */
export interface PolicyDescription extends CheckDescription {
  readonly version: number;
}

/** A policy that is a check of a standard of its tenant. */
export interface CheckingPolicy {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly check: PolicyCheck;
}
