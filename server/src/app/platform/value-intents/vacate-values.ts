/**
 * Frees the unique values that a write of a plan takes, where the same plan makes their holders
 * give them up. A holder gets a temporary name in the commit of the write, or another address by an
 * operation of its own; its own change or deletion goes on from there.
 */

import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import { temporaryName } from '@novacron/contract/schema/resource';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { baselineChanges, proveBaselines } from '../../kernel/baselines/baseline.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { changedColumns, changeIdle } from '../../kernel/resource-rows/new-row.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import type { PreparedWrite, WriteScope } from '../../kernel/write/prepared-write.ts';
import type { Check } from '../../resources/scope.ts';
import { desiredOf, desiredRevisionOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTakenValues, type TakenValue } from './find-taken-values.ts';
import { moveToFreeAddress } from './move-address.ts';
import type { ValueIntent } from './store-intents.ts';
import { isAddress, type ValueHolder } from './unique-values.ts';
import type { ValueWrite } from './value-changes.ts';
import { withFreed } from './with-freed.ts';

/** Dependencies of freeing values. */
export interface VacateParts {
  readonly deps: CapabilityDeps;
  /** Starts the operation that gives a VM another address. */
  readonly start: (operation: Tables['operations']) => void;
}

/**
 * Makes the preparation of a write see the values as free that its plan gives up. They are freed
 * with the write in one commit: one that is refused, for whatever reason, changes no holder. What a
 * commit cannot free at once is begun when the write would be admitted otherwise.
 * @returns the preparation; its write is refused with `conflict` and `data.holds_name` while a
 *   holder is being changed: then the client waits and sends the write again
 */
export function freeingValues<Input extends Readonly<Record<string, unknown>>>(
  parts: VacateParts,
  operation: OperationName,
  check: Check<Input>,
): Check<Input> {
  return async (input, scope) => {
    const taken = await findFreeable(parts.deps, scope.context, { operation, input });
    if (taken.length === 0) return check(input, scope);
    const store = withFreed(scope.deps.store, taken);
    const checked = await check(input, { ...scope, deps: { ...scope.deps, store } });
    return extendPlan(checked, async (write) => {
      const wait = await findWait(parts, scope.context, taken);
      if (wait !== undefined) return { ...write, wait };
      const reserve = await planTemporaryNames(taken, { ...scope, deps: parts.deps });
      return { ...write, saga: concatSagas({ reserve }, write.saga) };
    });
  };
}

/** Names that a write takes, as if they were free. */
export interface FreedNames {
  readonly store: Store;
  /** Committed with the write. */
  readonly changes: ChangeSet;
}

/** Plans to free the names that the write of a tenant takes; they are free at once. */
export async function freeNames(
  deps: CapabilityDeps,
  context: CallContext,
  write: ValueWrite,
): Promise<FreedNames> {
  const taken = await findFreeable(deps, context, write);
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const changes = await planTemporaryNames(taken, scope);
  return { store: withFreed(deps.store, taken), changes };
}

/** The values that a write takes, if its plan gives all of them up; otherwise none. */
async function findFreeable(
  deps: CapabilityDeps,
  context: CallContext,
  write: ValueWrite,
): Promise<readonly TakenValue[]> {
  if (context.client !== 'terraform') return [];
  const { taken } = await findTakenValues(deps, context, write);
  return taken.every(({ isPlanned }) => isPlanned) ? taken : [];
}

/**
 * Finds the change that must end before values are free: a change of a holder, or its move to
 * another address.
 */
async function findWait(
  { deps, start }: VacateParts,
  context: CallContext,
  taken: readonly TakenValue[],
): Promise<PreparedWrite['wait']> {
  for (const { holder } of taken) {
    const busy = await findBusyOperation(deps, holder);
    if (busy !== undefined) return () => Promise.resolve(heldByChange(holder, busy));
  }
  // First the addresses: a network without a free one refuses the write, and no name is changed.
  const [address] = taken.filter(({ value }) => isAddress(value));
  if (address === undefined) return undefined;
  return async () => {
    const moved = await moveToFreeAddress(deps, context, address);
    if (!moved.ok) return moved.error;
    start(moved.value);
    return heldByChange(address.holder, moved.value.id);
  };
}

async function planTemporaryNames(
  taken: readonly TakenValue[],
  scope: WriteScope<CapabilityDeps>,
): Promise<ChangeSet> {
  const changes: Change[] = [];
  for (const each of taken) changes.push(...(await planTemporaryName(each, scope)));
  return changes;
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
      `The ${wordsOf(holder.kind)} ${holder.row.name} is being changed by ${operationId} and ` +
      'keeps the name or address until that has ended.',
    remedy: `Wait for it (novacron operation wait ${operationId}) and then send the request again.`,
    data: { holds_name: true, operation_id: operationId },
  });
}
