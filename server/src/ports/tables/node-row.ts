/** The nodes of the fleet. */
import type { NodeId } from '@novacron/contract/ids';

/** A row of `nodes`. */
export interface NodeRow {
  readonly id: NodeId;
  readonly name: string;
  readonly zone: string;
  readonly rack: string;
  readonly driver: string;
  /** Release of its agent; null: not known. */
  readonly agent_release: string | null;
  readonly status: string;
  readonly capabilities_json: string;
  /** Class that its agent announces, for prices and capacity plans; null: none. */
  readonly class: string | null;
  /** Prices that agents of release 0.1.0 announce; not used. */
  readonly prices_json: string | null;
  /** The facts that placement rules are about; null where its agent does not say. */
  readonly facts_json: string | null;
  /** Raised by every VM that takes cells, devices, bandwidth or licences; null: none has yet. */
  readonly claims_version: number | null;
  /** `on` or `off`; null where an earlier release wrote it: on. */
  readonly power: string | null;
  /** The term that its agent follows, if it is not one of this store; else null. */
  readonly followed_json: string | null;
  /** The other control plane whose messages its agent refuses; null: none. */
  readonly refused_json: string | null;
  /** Reason why its VMs cannot run there any more: {@link NodeFence}; null: they may. */
  readonly fenced_json: string | null;
  /** Storages that were ordered to cut it off: {@link NodeCutOff}; null: none. */
  readonly cut_off_json: string | null;
  /** Reason why it is suspected lost: {@link NodeSuspicion}; null: it is not. */
  readonly suspected_json: string | null;
  /**
   * Heartbeat that other nodes read in the shared storage while servers do not hear the node:
   * {@link NodePoolHeartbeat}; null: none, or the node is heard.
   */
  readonly pool_heartbeat_json: string | null;
  /**
   * Planned end of the maintenance that a drain began; null if no end was stated, or it is over.
   * Unit: ms since the Unix epoch.
   */
  readonly maintenance_until_ms: number | null;
  /** Its status before it was lost, if that was not `ready`: it has it again when it answers. */
  readonly lost_from: string | null;
  /** Signs that it is about to fail: a list of {@link NodeCondition}s; null: none. */
  readonly conditions_json: string | null;
  /**
   * VMs that the node stops when it is isolated, from the last stored heartbeat: a {@link
   * StoredGuard}; null: none.
   */
  readonly guard_json: string | null;
  /** VMs that have stopped there because it is isolated: a {@link LeaseFence}; null: none. */
  readonly lease_fence_json: string | null;
  /** Reason why NovaCron last woke it: {@link NodeWaking}; null: it has not, or not since. */
  readonly woken_json: string | null;
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
  readonly cpu_cores_used: number;
  readonly memory_mib_used: number;
  readonly disk_gb_used: number;
  readonly vm_count: number;
  readonly last_seen_at_ms: number;
  /**
   * Time of its return, until its machines have been compared with its VMs since; null: they have.
   */
  readonly unchecked_since_ms: number | null;
  readonly created_at_ms: number;
}
