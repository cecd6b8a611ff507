/**
 * Performs a step that is a write of its own: with its own policies, steps, undo and records. It is
 * idempotent: a resource that has its desired state already is left alone.
 */

import { equalJson } from '@novacron/contract/json';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { kindOfOperation } from '@novacron/contract/schema/resource-kind';
import { beginStep, DOWN_MS_MAX } from '../../kernel/arbitration/begin-step.ts';
import type { Purpose } from '../../kernel/arbitration/platform-write.ts';
import type { CallStepAction, StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { planChecked } from '../../kernel/write/checked-write.ts';
import { outcomeOf, waitForEnd } from '../../kernel/write/child-operation-step.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { contextOf, parseInput, prepareOf } from '../../platform/step-write.ts';
import type { Check } from '../../resources/scope.ts';
import { pendingNames, readPendingRestart } from '../../resources/vm/update/pending-restart.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import { observedDiffOf } from '../../rows/observed/observed-resource.ts';
import { FOREIGN_FIELDS, isOff } from '../../rows/observed-machine.ts';
import { compareResources } from './compare-resources.ts';
import { isNeverDone, replacingOnly } from './replaced-value.ts';

type Input = Readonly<Record<string, unknown>>;

/** Writes, or checks that drift is gone; returns the outcome. Never rejects. */
export async function performWriteStep(
  parts: CapabilityStepParts,
  operationId: string,
  action: CallStepAction,
): Promise<StepOutcome> {
  try {
    return action.input === null
      ? await verify(parts.deps, action)
      : await writeOnce(parts, operationId, action);
  } catch (cause) {
    parts.deps.logger.warn({ action, cause }, 'a step of a remediation failed unexpectedly');
    return {
      kind: 'failed',
      message: `${action.resourceId} could not be read`,
      next: 'retry',
    };
  }
}

async function verify({ store }: CapabilityDeps, action: CallStepAction): Promise<StepOutcome> {
  const { resourceId: id } = action;
  const { drifted } = await compareResources(store, {
    ids: [id],
    tenantId: action.tenantId,
  });
  // What takes a restart is reverted in the restart window of the VM.
  const waiting = pendingNames(await readPendingRestart(store, id));
  const fields = drifted[0]?.record.fields.map(({ field }) => field) ?? [];
  const left = fields.filter((field) => !waiting.includes(field));
  if (left.length === 0) return { kind: 'succeeded' };
  const message = `${id} has still drifted after it was reverted: ${left.join(', ')}`;
  return { kind: 'failed', message, next: 'final' };
}

async function writeOnce(
  parts: CapabilityStepParts,
  operationId: string,
  action: CallStepAction,
): Promise<StepOutcome> {
  const { deps, executor } = parts;
  const { operation: name } = action;
  if (await isDone(deps, action)) return { kind: 'succeeded' };
  if (await isNeverDone(deps, operationId, action)) return { kind: 'succeeded' };
  const input = parseInput(name, action.input ?? {});
  const prepare = replacingOnly(action, prepareOf(deps, name));
  const context = contextOf(deps, action);
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const begun = await beginStep(parts, {
    who: action.findingId === undefined ? 'drift-reverts' : 'compliance-corrections',
    class: 'maintenance',
    target: await targetOf(deps, action, () => prepare(input, scope)),
    parentId: operationId,
    patienceMs: DOWN_MS_MAX,
    name,
    input,
    prepare,
    context,
  });
  if (begun.kind === 'failed') return begun;
  const { operation, admitted } = begun;
  if (admitted.admission === 'new' && operation.target_kind === 'vm_group') {
    await startMembers(deps, executor, operation);
  }
  await waitForEnd(parts, operation.id);
  return outcomeOf(deps, operation.id);
}

/** Returns the arbiter's view of the resource, and whether its VM is stopped for the revert. */
async function targetOf(
  { store }: CapabilityDeps,
  { resourceId: id, operation, input }: CallStepAction,
  check: () => ReturnType<Check<Input>>,
): Promise<Purpose['target']> {
  const other = { kind: 'other', row: { id, name: '' } } as const;
  if (kindOfOperation(operation) !== 'vm') return other;
  const [row] = await store.read({ from: 'vms', where: { id }, damaged: 'blank' });
  if (row === undefined) return other;
  const prepared = await planChecked(await check());
  const isStopped =
    input?.power_state === 'stopped' || (prepared.ok && (prepared.value.restarts ?? []).length > 0);
  const effect = isStopped && !isOff(row) ? 'stops' : 'none';
  const priority = Number(desiredIfReadable(row).priority ?? VM_FIELDS.priority.default);
  return { kind: 'vm', row, effect, priority };
}

/** A write that changes nothing is not admitted: the undo of a step that never happened. */
async function isDone(deps: CapabilityDeps, action: CallStepAction): Promise<boolean> {
  if (!action.operation.endsWith('.update')) return false;
  const kind = kindOfOperation(action.operation);
  const key = { id: action.resourceId, tenantId: action.tenantId };
  const found = await findResource(deps.store, kind, key);
  if (!found.ok || found.value.busy_operation_id !== null) return false;
  const { value: row } = found;
  const is = { ...configuredOf(row), ...observedDiffOf(kind, row) };
  if (FOREIGN_FIELDS.some((field) => is[field] !== undefined)) return false;
  const fields = Object.entries(action.input ?? {}).filter(([field]) => field !== 'id');
  return fields.every(([field, value]) => equalJson(is[field] ?? null, value));
}
