/**
 * Performs a step that is a write of its own: with its own policies, steps, undo and records. It is
 * idempotent: a resource that has its desired state already is left alone.
 */

import { equalJson } from '@novacron/contract/json';
import { operationRow, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { kindOfOperation } from '@novacron/contract/schema/resource-kind';
import { admitWrite } from '../../kernel/admission/admit-write.ts';
import {
  outcomeOf,
  toFailedStep,
  waitForEnd,
} from '../../kernel/admission/child-operation-step.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { beginRequest } from '../../kernel/context/request-scope.ts';
import type { CallStepAction, StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { Prepare } from '../../resources/scope.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { observedDiffOf } from '../../rows/observed-resource.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../deps.ts';
import { compareResources } from './compare-resources.ts';

type Input = Readonly<Record<string, unknown>>;

/** How a write that reverts drift is prepared. */
export function prepareOf({ writes }: CapabilityDeps, operation: CallStepAction['operation']) {
  // Each entry takes the input of its operation, which `parseInput` has parsed with its row.
  return writes[operation] as Prepare<Input>;
}

/** Parses the input of a write with its row of the operations table. */
export function parseInput(operation: CallStepAction['operation'], input: Input): Input {
  // Each row parses the input of its own operation, which the compiler cannot connect.
  return operationRow(operation).input.parse(input) as ParsedInputOf<typeof operation>;
}

/** Writes, or checks that drift is gone; returns the outcome. Never rejects. */
export async function performWriteStep(
  parts: CapabilityStepParts,
  action: CallStepAction,
): Promise<StepOutcome> {
  try {
    return action.input === null
      ? await verify(parts.deps, action)
      : await writeOnce(parts, action);
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
  const left = drifted[0]?.record.fields.map(({ field }) => field) ?? [];
  if (left.length === 0) return { kind: 'succeeded' };
  const message = `${id} has still drifted after it was reverted: ${left.join(', ')}`;
  return { kind: 'failed', message, next: 'final' };
}

async function writeOnce(parts: CapabilityStepParts, action: CallStepAction): Promise<StepOutcome> {
  const { deps, executor } = parts;
  const { operation: name, input } = action;
  if (await isDone(deps, action)) return { kind: 'succeeded' };
  const context = contextOf(deps, action);
  const admitted = await admitWrite(
    name,
    parseInput(name, input ?? {}),
    prepareOf(deps, name),
    deps,
    context,
  );
  if (!admitted.ok) return toFailedStep(admitted.error);
  const { operation, admission } = admitted.value;
  if (admission === 'new' && operation.status === 'running') {
    executor.start(operation);
    if (operation.target_kind === 'vm_group') await startMembers(deps, executor, operation);
  }
  await waitForEnd(parts, operation.id);
  return outcomeOf(deps, operation.id);
}

/** A write that changes nothing is not admitted: the undo of a step that never happened. */
async function isDone(deps: CapabilityDeps, action: CallStepAction): Promise<boolean> {
  if (!action.operation.endsWith('.update')) return false;
  const kind = kindOfOperation(action.operation);
  const key = { id: action.resourceId, tenantId: action.tenantId };
  const found = await findResource(deps.store, kind, key);
  if (!found.ok || found.value.busy_operation_id !== null) return false;
  const { value: row } = found;
  const is = { ...desiredOf(row), ...observedDiffOf(kind, row) };
  const fields = Object.entries(action.input ?? {}).filter(([field]) => field !== 'id');
  return fields.every(([field, value]) => equalJson(is[field] ?? null, value));
}

/** The requester of the remediation, who is accountable for it. */
function contextOf(deps: CapabilityDeps, { by, tenantId }: CallStepAction): CallContext {
  const { client, ...principal } = by;
  return {
    // Stored with the operation, from the context of the caller.
    principal: { ...principal, tenantId: tenantId as CallContext['principal']['tenantId'] },
    requestId: deps.ids.next('req'),
    client,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}
