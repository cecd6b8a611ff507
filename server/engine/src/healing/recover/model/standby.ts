/** Types of standbys: room for VMs on second nodes. */
import type { Amounts } from '../../../placement/place/model/placement.ts';

/** A VM that asks for a standby, or has one. */
export interface StandbyVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Name of its node. */
  readonly home: string;
  readonly priority: number;
  readonly amounts: Amounts;
  /** Names of the nodes that reach all of its disks; undefined: they are on its node alone. */
  readonly reach: ReadonlySet<string> | undefined;
}

/** A standby as it is held. */
export interface HeldStandby {
  readonly vmId: string;
  /** Name of its node; null where none can hold it. */
  readonly node: string | null;
  readonly amounts: Amounts;
}

/** A node of the fleet. */
export interface StandbyNode {
  readonly name: string;
  readonly zone: string;
  readonly rack: string;
  /** Whether it is in service and heard. */
  readonly usable: 'yes' | 'no';
}

/** Everything that a round knows. */
export interface StandbyInput {
  /** Those that ask for a standby. */
  readonly vms: readonly StandbyVm[];
  readonly held: readonly HeldStandby[];
  readonly nodes: readonly StandbyNode[];
}

/**
 * Reason why no node reserves a VM's standby. `local`: its root disk is in local storage of its
 * node; `reach`: no other node in service reaches its disks; `room`: none of these has room under
 * the placement rules; `quota`: the tenant's quota is too small; `failover`: the room is reserved
 * for other VMs.
 */
export type StandbyGap = 'local' | 'reach' | 'room' | 'quota' | 'failover';

/** A standby that is to be held on another node, or for the first time. */
export interface StandbyChoice {
  readonly vm: StandbyVm;
  /**
   * Names of nodes to choose from, the best ones first: those of other zones, of other racks, and
   * the rest. Empty: none can hold it.
   */
  readonly tiers: readonly (readonly string[])[];
  /** Reason for choosing a standby; `new`: there is none. */
  readonly why: 'new' | 'node' | 'home' | 'size' | 'disks';
}

/** Changes to standbys. */
export interface StandbyPlan {
  /** Ids of VMs that are gone, or ask for no standby any more. */
  readonly release: readonly string[];
  /** Standbys to choose, by priority, then size. */
  readonly choose: readonly StandbyChoice[];
}
