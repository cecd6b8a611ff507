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
  /** What it does to a member that serves: `stops`, `interrupts`, `replaces` or `none`. */
  readonly effect: string;
  /** The nodes that it claims, with their zones and how they are used. */
  readonly nodes_json: string;
  readonly priority: number;
  /** Since when it is intended. */
  readonly since_ms: number;
  /** When it was last decided. */
  readonly seen_ms: number;
  /** The operation that it became; null while it waits. */
  readonly operation_id: string | null;
  /** The operation that it is a step of; null: of none. */
  readonly parent_id: string | null;
  /** What it waits for: an operation, another row, a group or a zone; null: for nothing. */
  readonly holder: string | null;
  /** Why it waits, for people; null once it has begun. */
  readonly reason: string | null;
}
