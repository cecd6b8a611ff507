/** Types of waivers. */

/** An exception from a policy or a compliance check, as far as decisions need it. */
export interface WaiverInQuestion {
  readonly id: string;
  /** Id of the policy or of the check; their formats differ. */
  readonly policyId: string;
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}
