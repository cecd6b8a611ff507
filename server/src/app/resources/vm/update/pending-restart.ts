/**
 * Changes of a VM that wait for a restart. The VM itself is recorded as its machine is, so nothing
 * that reads it has to know of them; only answers show the values that wait.
 */
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { ChangeSet, Store } from '../../../../ports/store.ts';
import type { PendingRestartRow } from '../../../../ports/tables/pending-restart-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { baselineChanges, proveBaselines } from '../../../kernel/baselines/baseline.ts';
import type { FieldValues } from '../../../rows/changed-fields.ts';
import { pickFields } from '../../../rows/observed-machine.ts';
import { parseStored } from '../../../rows/parse-stored.ts';
import { GivenSecrets, mergeSecrets, type VmSecrets } from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';

/** The question for the change of a VM that waits. */
const pendingRestartOf = (vmId: string) =>
  ({ from: 'pending_restarts', where: { id: vmId }, damaged: 'blank' }) as const;

/** Reads the change of a VM that waits; undefined where none does. */
export async function readPendingRestart(
  store: Pick<Store, 'read'>,
  vmId: string,
): Promise<PendingRestartRow | undefined> {
  const [row] = await store.read(pendingRestartOf(vmId));
  return row;
}

/** The values that wait, as a request for them has them; one that cannot be decrypted has none. */
export function pendingValues(row: PendingRestartRow | undefined): JsonObject {
  return (row && parseStored<JsonObject>(row.change_json)) ?? {};
}

/** The arguments that wait, sorted. */
export function pendingNames(row: PendingRestartRow | undefined): readonly string[] {
  return Object.keys(pendingValues(row)).sort();
}

/** The desired fields of a VM as they are to be, with those that wait. */
export function withPending<T extends FieldValues>(
  desired: T,
  row: PendingRestartRow | undefined,
): T & JsonObject {
  const shown = Object.entries(VM_FIELDS).filter(([, { secrecy }]) => secrecy === 'plain');
  return {
    ...desired,
    ...pickFields(
      pendingValues(row),
      shown.map(([name]) => name),
    ),
  };
}

/** The secrets of a VM as they are to be, with those that wait. */
export function withPendingSecrets(
  secrets: VmSecrets,
  row: PendingRestartRow | undefined,
): VmSecrets {
  return mergeSecrets(secrets, GivenSecrets.parse(pendingValues(row)));
}

/** The change that stores what waits; an earlier row is replaced, and none is left for nothing. */
export function storePending(
  vm: Pick<VmRow, 'id' | 'tenant_id'>,
  values: FieldValues,
  scope: Pick<WriteScope, 'context' | 'nowMs'>,
): ChangeSet {
  if (Object.keys(values).length === 0) return dropPending(vm.id);
  const row: PendingRestartRow = {
    id: vm.id,
    tenant_id: vm.tenant_id,
    change_json: canonicalJson(values),
    created_at_ms: scope.nowMs,
    created_by: scope.context.principal.name,
    tried_at_ms: 0,
  };
  return [{ kind: 'put', into: 'pending_restarts', row }];
}

/** The change that restores what waited before. */
export function restorePending(vmId: string, row: PendingRestartRow | undefined): ChangeSet {
  return row === undefined ? dropPending(vmId) : [{ kind: 'put', into: 'pending_restarts', row }];
}

/** The change after which nothing waits. */
export function dropPending(vmId: string): ChangeSet {
  return [{ kind: 'drop', from: 'pending_restarts', id: vmId }];
}

/** Whether the same values wait. */
export function isSamePending(row: PendingRestartRow | undefined, values: FieldValues): boolean {
  return equalJson(pendingValues(row), values);
}

/**
 * The baseline of a VM whose waiting change is made: its values are those that were applied. None
 * where the VM has no baseline, or a forged one, which is left for people to see.
 */
export async function pendingBaseline(
  { row, after }: { readonly row: VmRow; readonly after: FieldValues },
  waiting: PendingRestartRow,
  scope: WriteScope,
): Promise<ChangeSet> {
  const { store } = scope.deps;
  const where = { id: row.id };
  const [own] = await store.read({ from: 'baselines', where, damaged: 'blank' });
  const applied = own && parseStored<JsonObject>(own.applied_json);
  if (own === undefined || applied === undefined) return [];
  if ((await proveBaselines(store, [own])).get(row.id)?.proof === 'tampered') return [];
  const fields = { ...applied, ...pickFields(after, pendingNames(waiting)) };
  const target = { id: row.id, name: row.name };
  const { deployment } = own;
  return baselineChanges(scope, { kind: 'vm', target, fields, origin: 'apply', deployment });
}
