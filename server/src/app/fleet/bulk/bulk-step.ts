/** The steps of a bulk operation: the write of one VM, and the report of those that failed. */
import { listNames } from '@novacron/contract/formats/list-names';
import { stepStatesOf } from '@novacron/engine/sagas/rules/step-states';
import type { BulkStepAction, StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { decodeDefinition } from '../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import {
  outcomeOf,
  runChildOperation,
  waitForEnd,
} from '../../kernel/write/child-operation-step.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { contextOf, parseInput, prepareOf } from '../../platform/step-write.ts';

/** Failures that the problem of the operation names; its steps have all of them. */
const FAILURES_NAMED_MAX = 10;

/** Writes one VM and waits for the end of its operation; returns the outcome. Never rejects. */
export async function performBulkStep(
  parts: CapabilityStepParts,
  operationId: string,
  action: BulkStepAction,
): Promise<StepOutcome> {
  try {
    return await writeOnce(parts, operationId, action);
  } catch (cause) {
    parts.deps.logger.warn(
      { vm: action.vmId, cause },
      'a step of a bulk operation failed unexpectedly',
    );
    return { kind: 'failed', message: `${action.vmId} could not be read`, next: 'retry' };
  }
}

async function writeOnce(
  parts: CapabilityStepParts,
  operationId: string,
  action: BulkStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const begun = await findBegun(deps, operationId, action);
  if (begun !== undefined) {
    await waitForEnd(parts, begun);
    return outcomeOf(deps, begun);
  }
  const { operation: name } = action;
  const input = parseInput(name, action.input);
  const context = contextOf(deps, action);
  const admitted = await admitWrite(name, input, prepareOf(deps, name), deps, context);
  return runChildOperation(parts, admitted);
}

/** The write that this step began before its server ended: it is not made twice. */
async function findBegun(
  { store }: CapabilityDeps,
  operationId: string,
  { operation: kind, vmId, tenantId, by }: BulkStepAction,
): Promise<string | undefined> {
  const [parent] = await store.read({
    from: 'operations',
    where: { id: operationId },
    damaged: 'blank',
  });
  const [found] = await store.read({
    from: 'operations',
    where: { target_id: vmId, tenant_id: tenantId, kind, created_by: by.name },
    orderBy: { column: 'id', direction: 'desc' },
    limit: 1,
    damaged: 'blank',
  });
  if (parent === undefined || found === undefined) return undefined;
  // Ids are in the order of admission.
  return found.id > operationId ? found.id : undefined;
}

/** Fails where steps have failed, and names them. Never rejects. */
export async function reportFailures(
  { deps }: CapabilityStepParts,
  operationId: string,
): Promise<StepOutcome> {
  try {
    return await reportOnce(deps, operationId);
  } catch (cause) {
    deps.logger.warn({ operation: operationId, cause }, 'a report of steps failed unexpectedly');
    return { kind: 'failed', message: 'its log could not be read', next: 'retry' };
  }
}

async function reportOnce({ store }: CapabilityDeps, operationId: string): Promise<StepOutcome> {
  const [row] = await store.read({ from: 'operations', where: { id: operationId } });
  if (row === undefined) return { kind: 'failed', message: 'it is gone', next: 'final' };
  const { steps } = decodeDefinition(row);
  const states = stepStatesOf(steps, await readLog(store, operationId));
  const writes = steps.filter(({ action }) => action.kind === 'write-vm');
  const failed = writes.flatMap(({ name }) => {
    const forward = states.get(name)?.forward;
    return forward?.kind === 'failed' ? [`${name}: ${forward.message}`] : [];
  });
  if (failed.length === 0) return { kind: 'succeeded' };
  const reasons = listNames(failed, FAILURES_NAMED_MAX);
  const message = `${failed.length} of ${writes.length} VMs failed: ${reasons}`;
  return { kind: 'failed', message, next: 'final' };
}
