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
 * Why no node holds the standby of a VM. `local`: its root disk is in storage of its node alone;
 * `reach`: no other node in service reaches its disks; `room`: none of these has room, by the rules
 * of placement; `quota`: the tenant may not have as much; `failover`: the room is kept for others.
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
  /** Why it cannot stay as it is; `new`: there is none. */
  readonly why: 'new' | 'node' | 'home' | 'size' | 'disks';
}

/** What changes. */
export interface StandbyPlan {
  /** Ids of VMs that are gone, or ask for no standby any more. */
  readonly release: readonly string[];
  /** By priority, then size. */
  readonly choose: readonly StandbyChoice[];
}
