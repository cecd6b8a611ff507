import type { TopologyLevel } from './choices.ts';

/** Options of a rule that keeps VMs near to, or away from, each other. */
export interface PeerOptions {
  /**
   * The topology level that the VMs share, or do not share.
   * @default TopologyLevel.NODE
   */
  readonly level?: TopologyLevel;
  /**
   * Whether the rule is only a preference. If a hard rule cannot be met, the VM is not placed.
   * @default false
   */
  readonly soft?: boolean;
}
