/** A row of `allocations`. */

/** Resources that a VM holds on a node, and what the rules of other VMs see of it there. */
export interface AllocationRow {
  readonly id: string;
  readonly vm_id: string;
  readonly node_id: string;
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
  readonly created_at_ms: number;
  /** The tenant of the VM; null where a release wrote the row that knew no rules of placement. */
  readonly owner_tenant_id: string | null;
  /** Name, labels, group and rules of the VM; both of each while a change may be taken back. */
  readonly traits_json: string | null;
  /** 1 where the VM keeps others away by a hard rule; null otherwise. */
  readonly binds_others: number | null;
  /** The priority of a spot VM; null for others, and where an earlier release wrote the row. */
  readonly spot_priority: number | null;
  /** Resources held besides capacity: cells, devices, bandwidth, licences; null: none. */
  readonly claims_json: string | null;
  /** 1 where it holds more than room, else 0; null where an earlier release wrote the row. */
  readonly has_claims: number | null;
}
