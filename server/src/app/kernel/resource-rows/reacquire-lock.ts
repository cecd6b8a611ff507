/** Locks resources again whose operation got stuck, so that it can be retried. */

import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, ChangeSet, Where } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { changedSince } from '../../rows/resource-problems.ts';
import { RESOURCE_TABLES, type RowOf } from '../../rows/resource-tables.ts';
import type { WriteScope } from '../write/prepared-write.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Guard: the resource is unchanged since it was released, and has no operation in progress. */
export function reacquireLock<Kind extends ResourceKind>(
  kind: Kind,
  { id, name }: Named,
  set: Partial<RowOf<Kind>>,
  expect: Where<(typeof RESOURCE_TABLES)[Kind]>,
): Change {
  const change = {
    kind: 'update',
    table: RESOURCE_TABLES[kind],
    id,
    set,
    expect: { ...expect, busy_operation_id: null },
    otherwise: changedSince(kind, name),
  };
  // The table follows from the kind; the compiler does not connect both lookups.
  return change as Change;
}

/** Guard of a VM whose desired state was not changed, but which received a command. */
export function reacquireCommandedVm(row: VmRow, { operationId }: WriteScope): Change {
  return reacquireLock(
    'vm',
    row,
    { busy_operation_id: operationId, observed_json: row.observed_json },
    { revision: row.revision, generation: row.generation + 1 },
  );
}

/** Guard: agents refuse commands of an earlier generation of these VMs. */
export function requireUnchangedVms(vms: readonly (VmRow | undefined)[]): ChangeSet {
  return vms.flatMap((vm) =>
    vm === undefined
      ? []
      : [reacquireLock('vm', vm, { busy_operation_id: null }, { generation: vm.generation })],
  );
}
