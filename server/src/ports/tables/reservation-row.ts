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
  /** What placement reads of a VM: what the rules of others see, and its own. */
  readonly spec_json: string;
  readonly decision_json: string;
  readonly deadline_ms: number;
  readonly created_at_ms: number;
  readonly created_by: string;
}
