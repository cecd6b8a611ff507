import type { NodeId } from '@novacron/contract/ids';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { beginStep, classWithin } from '../../kernel/arbitration/begin-step.ts';
import type { StepOutcome, WakeStepAction } from '../../kernel/definitions/operation-definition.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { outcomeOf, waitForEnd } from '../../kernel/write/child-operation-step.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { WAKE_MS_MAX } from '../../resources/vm/machine/create-steps.ts';
import { powerUpOnDemand } from './power-node.ts';

/** Wakes a node for an operation, or waits for one that does; returns the outcome. */
export async function wakeNode(
  parts: CapabilityStepParts,
  operationId: string,
  action: WakeStepAction,
): Promise<StepOutcome> {
  try {
    return await wakeOnce(parts, operationId, action);
  } catch (cause) {
    parts.deps.logger.warn({ node: action.nodeId, cause }, 'waking a node failed unexpectedly');
    return { kind: 'failed', message: 'the node could not be read', next: 'retry' };
  }
}

async function wakeOnce(
  parts: CapabilityStepParts,
  operationId: string,
  action: WakeStepAction,
): Promise<StepOutcome> {
  const { deps } = parts;
  const seen = await findNode(deps, action);
  if (seen.node === undefined) return failed('the node is no longer in the fleet');
  if (seen.node.status === 'ready') return { kind: 'succeeded' };
  if (seen.node.status !== 'standby') {
    return failed(`node ${seen.node.name} is ${seen.node.status}, so it is not woken`);
  }
  if (seen.waking !== undefined) return waitFor(parts, seen.node, seen.waking);
  const begun = await beginStep(parts, {
    who: 'wake-on-demand',
    // It is as urgent as what the node is woken for.
    class: await classWithin(deps, operationId, 'scaling'),
    target: { kind: 'node', row: seen.node },
    parentId: operationId,
    name: 'node.powerup',
    // The store's own, so it was parsed before it was written.
    input: { id: action.nodeId as NodeId },
    prepare: powerUpOnDemand,
    context: platformContext(deps, action.tenantId, 'platform'),
  });
  if (begun.kind === 'failed') return begun;
  return waitFor(parts, seen.node, begun.operation.id);
}

async function findNode({ store }: CapabilityDeps, { nodeId }: WakeStepAction) {
  const { nodes, working } = await store.snapshot({
    nodes: { from: 'nodes', where: { id: nodeId } },
    working: {
      from: 'operations',
      where: { target_id: nodeId, kind: 'node.powerup', status: 'running' },
      damaged: 'blank',
    },
  });
  return { node: nodes[0], waking: working[0]?.id };
}

async function waitFor(
  parts: CapabilityStepParts,
  { name }: NodeRow,
  operationId: string,
): Promise<StepOutcome> {
  await waitForEnd(parts, operationId, WAKE_MS_MAX);
  const ended = await outcomeOf(parts.deps, operationId);
  if (ended.kind === 'succeeded') return ended;
  return failed(`node ${name} did not wake from standby: ${ended.message}`);
}

function failed(message: string): StepOutcome {
  return { kind: 'failed', message, next: 'final' };
}
