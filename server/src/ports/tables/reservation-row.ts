/** A row of `reservations`. */

/** Room for a VM that is held until a deadline, by an allocation whose `vm_id` is this id. */
export interface ReservationRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly node_id: string;
  readonly allocation_id: string;
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
  /** Spec that placement reads: the fields that rules of other VMs see, and its own rules. */
  readonly spec_json: string;
  readonly decision_json: string;
  readonly deadline_ms: number;
  readonly created_at_ms: number;
  readonly created_by: string;
}
