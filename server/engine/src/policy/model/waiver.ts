/** Types of waivers. */

/** An exception from a policy, as far as decisions need it. */
export interface WaiverInQuestion {
  readonly id: string;
  readonly policyId: string;
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}
