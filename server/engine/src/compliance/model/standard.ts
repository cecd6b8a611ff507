/** Standards: which checks give evidence for which requirement. */

/** Identifiers of the standards. */
export const STANDARD_IDS = ['cis', 'pci-dss', 'hipaa', 'soc2', 'gdpr', 'iso27001'] as const;
export type StandardId = (typeof STANDARD_IDS)[number];

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
  readonly id: StandardId;
  readonly name: string;
  readonly version: string;
  readonly requirements: readonly Requirement[];
  /** Requirements that no program can judge. */
  readonly notAssessable: readonly string[];
}
