/** Rows about VM groups: the groups, and which VM is whose member. */

/** Columns of `vm_groups` besides those of every resource. */
export interface VmGroupColumns {
  /** The desired number of members. */
  readonly size: number;
}

/** A row of `vm_group_members`; the id is the VM's. It goes with the row of the VM. */
export interface VmGroupMemberRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly group_id: string;
  /** The number in the member's name, from 1. */
  readonly ordinal: number;
}
