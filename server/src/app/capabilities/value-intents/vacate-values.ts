/**
 * Frees the unique values that a write of a plan takes, where the same plan makes their holders
 * give them up. A holder gets a temporary name in one commit, or another address by an operation of
 * its own; its own change or deletion goes on from there.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { temporaryName } from '@novacron/contract/schema/resource';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { WriteScope } from '../../kernel/admission/prepared-write.ts';
import { retryConflicts } from '../../kernel/admission/retry-conflicts.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { baselineChanges, proveBaselines } from '../../kernel/baselines/baseline.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { changedColumns, changeIdle } from '../../kernel/resource-rows/new-row.ts';
import { desiredOf, desiredRevisionOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/replan.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTakenValues, type TakenValue } from './find-taken-values.ts';
import { moveToFreeAddress } from './move-address.ts';
import type { ValueIntent } from './store-intents.ts';
import { isAddress, nounOf, type ValueHolder } from './unique-values.ts';

/** What freeing values may use. */
export interface VacateParts {
  readonly deps: CapabilityDeps;
  /** Starts the operation that gives a VM another address. */
  readonly start: (operation: Tables['operations']) => void;
}

/**
 * Frees the values that a write takes. Either all of them are given up by the plan of the write, or
 * nothing is changed, and the write is refused because a value is taken.
 * @returns `conflict` with `data.holds_name` while a holder is being changed: then the client waits
 *   and sends the write again
 */
export async function vacateValues(
  { deps, start }: VacateParts,
  context: CallContext,
  write: { readonly operation: OperationName; readonly input: Readonly<Record<string, unknown>> },
): Promise<Result<void, Problem>> {
  if (context.client !== 'terraform') return ok(undefined);
  return retryConflicts(deps, context, write.operation, async () => {
    const { taken } = await findTakenValues(deps, context, write);
    if (!taken.every(({ isPlanned }) => isPlanned)) return ok(undefined);
    for (const { holder } of taken) {
      const busy = await findBusyOperation(deps, holder);
      if (busy !== undefined) return err(heldByChange(holder, busy));
    }
    // First the addresses: a network without a free one refuses the write, and no name is changed.
    const [address] = taken.filter(({ value }) => isAddress(value));
    if (address !== undefined) {
      const moved = await moveToFreeAddress(deps, context, address);
      if (!moved.ok) return moved;
      start(moved.value);
      return err(heldByChange(address.holder, moved.value.id));
    }
    const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
    const changes: Change[] = [];
    for (const each of taken) changes.push(...(await planTemporaryName(each, scope)));
    return changes.length === 0 ? ok(undefined) : deps.store.commit(changes);
  });
}

/** The operation that changes a holder, or the VM group that it is a member of. */
async function findBusyOperation(
  { store }: CapabilityDeps,
  { kind, row }: ValueHolder,
): Promise<string | undefined> {
  if (kind === 'tenant') return undefined;
  if (row.busy_operation_id !== null) return row.busy_operation_id;
  if (kind !== 'vm') return undefined;
  const [member] = await store.read({ from: 'vm_group_members', where: { id: row.id } });
  if (member === undefined) return undefined;
  const [group] = await store.read({ from: 'vm_groups', where: { id: member.group_id } });
  return group?.busy_operation_id ?? undefined;
}

/** Gives a holder its temporary name, with its baseline: the new name is not drift. */
async function planTemporaryName(
  { holder, leaving }: TakenValue,
  scope: WriteScope<CapabilityDeps>,
): Promise<ChangeSet> {
  const { deps, context, nowMs } = scope;
  const { kind, row } = holder;
  const name = temporaryName(row.name, row.id);
  const target = { id: row.id, name };
  const { changes, revision } = await planRow(holder, name, scope);
  return [
    ...changes,
    ...(leaving === undefined ? [] : [putRevision(leaving, revision)]),
    auditChange(deps, context, {
      operation: `${kind}.update`,
      outcome: 'done',
      resourceKind: kind,
      target,
      changes: { name: { was: row.name, is: name } },
      atMs: nowMs,
    }),
    eventChange(deps, {
      tenantId: context.principal.tenantId,
      type: `${kind}.update.succeeded`,
      source: 'api',
      target: row.id,
      priority: 'normal',
      data: { name },
    }),
  ];
}

/** The row of a holder under its new name, and the revision that it then has. */
async function planRow(
  { kind, row }: ValueHolder,
  name: string,
  scope: WriteScope<CapabilityDeps>,
): Promise<{ readonly changes: ChangeSet; readonly revision: string }> {
  if (kind === 'tenant') {
    const revision = row.revision + 1;
    const renamed: Change = {
      kind: 'update',
      table: 'tenants',
      id: row.id,
      set: {
        name,
        revision,
        updated_at_ms: scope.nowMs,
        updated_by: scope.context.principal.name,
      },
      expect: { revision: row.revision },
      otherwise: replan(`The tenant ${row.name}`),
    };
    return { changes: [renamed], revision: String(revision) };
  }
  const desired = { ...desiredOf(row), name };
  const columns = changedColumns(row, scope, { name, desired, busy: 'no' });
  // The row was read from the table of its kind; the compiler does not connect both.
  const renamed: Change = changeIdle(kind, row as never, columns as never);
  const baseline = await planBaseline(kind, { id: row.id, name }, scope);
  return { changes: [renamed, ...baseline], revision: desiredRevisionOf(columns) };
}

/** Records the revision with which the holder goes on to be as its plan has seen it. */
function putRevision({ row }: ValueIntent, revision: string): Change {
  return { kind: 'put', into: 'value_intents', row: { ...row, desired_revision: revision } };
}

/** The baseline with the new name. One that is not what was recorded stays as it is. */
async function planBaseline(
  kind: Exclude<ValueHolder['kind'], 'tenant'>,
  target: { readonly id: string; readonly name: string },
  scope: WriteScope<CapabilityDeps>,
): Promise<ChangeSet> {
  const { store } = scope.deps;
  const where = { id: target.id };
  const [row] = await store.read({ from: 'baselines', where, damaged: 'blank' });
  const applied = row === undefined ? undefined : parseStored<FieldValues>(row.applied_json);
  if (row === undefined || applied === undefined) return [];
  const { proof } = (await proveBaselines(store, [row])).get(row.id) ?? {};
  if (proof === 'tampered') return [];
  return baselineChanges(scope, {
    kind,
    target,
    fields: { ...applied, name: target.name },
    origin: row.origin === 'adopt' ? 'adopt' : 'apply',
    deployment: row.deployment,
  });
}

/** The holder still has the value until a change of it has ended. */
function heldByChange(holder: ValueHolder, operationId: string): Problem {
  return problem('conflict', {
    detail:
      `The ${nounOf(holder)} ${holder.row.name} is being changed by ${operationId} and has what ` +
      'is asked for until that has ended.',
    remedy: `Wait for it (novacron operation wait ${operationId}) and then send the request again.`,
    data: { holds_name: true, operation_id: operationId },
  });
}
