/** Types of the sizes of members: what they have, what was changed last, and what changes next. */
import type { VmId } from '@novacron/contract/ids';
import type { MemberState } from './scaling.ts';

/** CPU and memory of a member. Units: cores, GB. */
export interface MemberSize {
  readonly cpuCores: number;
  readonly memoryGb: number;
}

/** A member that may get another size. */
export interface SizedMember {
  readonly id: VmId;
  readonly name: string;
  readonly size: MemberSize;
  readonly state: MemberState;
  /** An operation works on it. */
  readonly isBusy: boolean;
  /** Healing or a person has given it another size, which it keeps. */
  readonly isKept: boolean;
  /** Its node does not answer: that it is not ready says nothing about its size. */
  readonly isLost: boolean;
}

/** A change of the size of a member of the group, made or tried. */
export interface MemberResize {
  readonly memberId: string;
  readonly before: MemberSize;
  readonly after: MemberSize;
  /**
   * Size configured for the group at that time: once the template differs, the change is
   * irrelevant.
   */
  readonly configured: MemberSize;
  readonly why: ResizeReason;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'refused';
  /** Time at which it ended, or was refused. Unit: ms since the Unix epoch. */
  readonly atMs: number;
}

/** `follow`: another member has this size already; `revert`: it was unhealthy with its new one. */
export type ResizeReason = 'recommended' | 'follow' | 'revert';

/** The question about one group. */
export interface MemberSizesQuestion {
  readonly configured: MemberSize;
  readonly min: MemberSize;
  readonly max: MemberSize;
  /** Members by number. */
  readonly members: readonly SizedMember[];
  /** An operation changes the group. */
  readonly isBusy: boolean;
  /** A person has put its scaling on hold. */
  readonly isHeld: boolean;
  readonly cooldownMs: number;
  /** The window is open in which members may get less. */
  readonly mayShrink: boolean;
  /** Changes of late, the latest first, and the latest one that succeeded in any case. */
  readonly resizes: readonly MemberResize[];
  /** Recommended size of members with the base size; undefined: not looked up yet. */
  readonly recommended: Partial<MemberSize> | undefined;
}

/** Reason why no member is changed. */
export type SizingGap =
  | 'hold'
  | 'operation'
  | 'not_ready'
  | 'paused'
  | 'cooldown'
  | 'fits'
  | 'no_members';

/** The change of one member. */
export interface MemberChange {
  readonly kind: 'change';
  readonly member: SizedMember;
  readonly to: MemberSize;
  readonly why: ResizeReason;
  /** It follows from the limits alone, whatever members have used. */
  readonly isLimited: boolean;
  /** `shrink` where any of the two gets less. */
  readonly direction: 'grow' | 'shrink';
}

/** Next action: a change, nothing, or looking up a recommendation first. */
export type MemberSizesPlan =
  | MemberChange
  | { readonly kind: 'keep'; readonly why: SizingGap }
  | { readonly kind: 'ask'; readonly base: MemberSize; readonly members: readonly SizedMember[] };
