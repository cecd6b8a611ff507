import type { TopologyLevel } from './choices.ts';

/** How strictly VMs are kept near to, or away from, each other. */
export interface PeerOptions {
  /**
   * What is shared or not.
   * @default TopologyLevel.NODE
   */
  readonly level?: TopologyLevel;
  /**
   * Whether breaking the rule costs score only. A hard rule leaves the VM without a place instead.
   * @default false
   */
  readonly soft?: boolean;
}
