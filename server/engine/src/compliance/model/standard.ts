/** Standards: which checks give evidence for which requirement. */

import type { ComplianceStandard } from '@novacron/contract/compliance/compliance';

/** A requirement by its number; texts of standards are not part of NovaCron. */
export interface Requirement {
  readonly id: string;
  /** `settled`: its checks decide it within the platform; `evidence`: people judge the rest. */
  readonly answers: 'settled' | 'evidence';
  /** Checks that give evidence for it, those without facts in this release included. */
  readonly checks: readonly string[];
}

/** A standard, with our own mapping. No publisher has endorsed it. */
export interface Standard {
  readonly id: ComplianceStandard;
  readonly name: string;
  readonly version: string;
  readonly requirements: readonly Requirement[];
  /** Requirements that no program can judge. */
  readonly notAssessable: readonly string[];
}
