/** A row of `standbys`. */

/** Room for a VM on a second node, held by an allocation whose `vm_id` is its own id. */
export interface StandbyRow {
  /** That of the VM. */
  readonly id: string;
  readonly tenant_id: string;
  /** Null with `node` and `allocation_id`: no node can hold it. */
  readonly node_id: string | null;
  /** The name of the node, which it keeps. */
  readonly node: string | null;
  readonly allocation_id: string | null;
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
  /** Reason why no node can hold it: {@link StandbyGap} of the engine; null if a node does. */
  readonly reason: string | null;
  /** Since when it is held there, or by none. */
  readonly since_ms: number;
}
