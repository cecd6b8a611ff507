/** A row of `arbiter_claims`: a change that NovaCron intends, or makes, by itself. */
export interface ArbiterClaimRow {
  /** The part of NovaCron, and what it changes. */
  readonly id: string;
  readonly tenant_id: string;
  readonly class: string;
  /** The part of NovaCron, such as `recoveries`. */
  readonly who: string;
  /** The operation that it leads to, such as `vm.recover`. */
  readonly operation: string;
  /** Name of the VM, or of the node. */
  readonly target_name: string;
  readonly vm_id: string | null;
  /** The VM group of the VM. */
  readonly group_id: string | null;
  /** The zone of the VM. */
  readonly zone: string | null;
  /** Effect on a member in service: `stops`, `interrupts`, `replaces` or `none`. */
  readonly effect: string;
  /** The nodes that it claims, with their zones and how they are used. */
  readonly nodes_json: string;
  readonly priority: number;
  /** Since when it is intended. */
  readonly since_ms: number;
  /** Time of the last decision. */
  readonly seen_ms: number;
  /** The operation that it became; null while it waits. */
  readonly operation_id: string | null;
  /** The operation that it is a step of; null: of none. */
  readonly parent_id: string | null;
  /** Blocker: an operation, another row, a group or a zone; null: none. */
  readonly holder: string | null;
  /** Reason for waiting, for people; null once the operation has begun. */
  readonly reason: string | null;
}
