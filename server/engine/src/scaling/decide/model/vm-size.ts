/** Types of the sizes of VMs: what was used, and which CPU and memory follow from that. */

/** Amounts that were used, of VMs that have the same size. */
export interface UsageHistory {
  /**
   * One a step, in any order, each 0 or more: of CPU the mean of five minutes (unit: cores), of
   * memory the most of an hour (unit: GB).
   */
  readonly values: readonly number[];
  /** Length of the longest VM history. Unit: days. */
  readonly days: number;
}

/** The question about one resource. */
export interface ResourceQuestion {
  /** Configured size: cores, or GB. More than 0. */
  readonly configured: number;
  /**
   * Usage histories, of members, and of their mean for longer; the one with the highest usage
   * counts.
   */
  readonly histories: readonly UsageHistory[];
  /** Its use decides the number of members, so their size cannot follow from it as well. */
  readonly isScaled: boolean;
}

/** The question about a VM, or about the members of a group. */
export interface VmSizeQuestion {
  readonly name: string;
  readonly cpu: ResourceQuestion;
  readonly memory: ResourceQuestion;
}

/** Reason why a resource gets no recommendation. */
export type SizeGap = 'no_history' | 'scaled';

/** Recommendation for a resource. Units: cores, or GB. */
export interface ResourceSize {
  readonly configured: number;
  /** Recommended size; equal to `configured` to keep it; undefined: see `gap`. */
  readonly recommended: number | undefined;
  readonly verdict: 'grow' | 'shrink' | 'keep' | 'unknown';
  readonly gap: SizeGap | undefined;
  /** Statistics of the usage; undefined without history. */
  readonly used:
    | { readonly p50: number; readonly p90: number; readonly p95: number; readonly most: number }
    | undefined;
  /** A larger size than this is not needed, by how much is known; undefined without history. */
  readonly upper: number | undefined;
  /** It was full so often that what it needs is hidden. */
  readonly isFull: boolean;
  /** Unit: days. */
  readonly days: number;
}

/** The answer. */
export interface VmSizePlan {
  readonly name: string;
  readonly cpu: ResourceSize;
  readonly memory: ResourceSize;
}
