/**
 * The drift baseline of a member: what its group has made of it. Only members of groups that were
 * applied from a configuration have one.
 */

import type { JsonObject } from '@novacron/contract/json';
import type { Store } from '../../../ports/store.ts';
import { baselineChanges, proveBaselines } from '../../kernel/baselines/baseline.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { pickFields } from '../../rows/observed-machine.ts';
import type { WriteScope } from '../scope.ts';

/** The deployment that applied a group; undefined where none has. */
export async function deploymentOf(
  store: Store,
  groupId: string,
  context?: Pick<CallContext, 'client' | 'deployment'>,
): Promise<string | undefined> {
  if (context?.client === 'terraform') return context.deployment;
  const [row] = await store.read({
    from: 'baselines',
    where: { id: groupId },
    damaged: 'blank',
  });
  return row?.deployment;
}

/** The baseline of a new member: all its fields come from its group. */
export function withBaseline(
  prepared: PreparedWrite,
  scope: Pick<WriteScope, 'deps' | 'context' | 'nowMs'>,
  of: { readonly deployment: string | undefined; readonly fields: FieldValues | null },
): PreparedWrite {
  const { deployment, fields } = of;
  if (deployment === undefined || fields === null) return prepared;
  const { target } = prepared;
  const kept = { kind: 'vm', target, fields, origin: 'apply', deployment } as const;
  const saga = concatSagas(prepared.saga, { finalize: baselineChanges(scope, kept) });
  return { ...prepared, saga };
}

/**
 * The baseline of a changed member: fields that the group does not change keep their earlier
 * baseline, so that changes by others are still reported as drift.
 */
export async function withBaselineChanged(
  prepared: PreparedWrite,
  names: readonly string[],
  scope: WriteScope,
): Promise<PreparedWrite> {
  const { store } = scope.deps;
  const { id } = prepared.target;
  const [member] = await store.read({ from: 'vm_group_members', where: { id } });
  const deployment = await deploymentOf(store, member?.group_id ?? '');
  const [own] = await store.read({ from: 'baselines', where: { id }, damaged: 'blank' });
  if (own === undefined) {
    const fields = prepared.wanted && { ...prepared.wanted, ...prepared.leaves };
    return withBaseline(prepared, scope, { deployment, fields });
  }
  // A forged baseline is left for people to see.
  if ((await proveBaselines(store, [own])).get(id)?.proof === 'tampered') return prepared;
  const before: JsonObject = JSON.parse(own.applied_json);
  const fields = { ...before, ...pickFields(prepared.wanted ?? {}, names) };
  return withBaseline(prepared, scope, { deployment, fields });
}
