/** The steps that make a VM on its node. */
import type { MachineSpec } from '@novacron/contract/agent';
import type { VmId } from '@novacron/contract/ids';
import type { VmSpec } from '@novacron/contract/vm';
import type { NodeRow } from '../../../../ports/node-row.ts';
import type { OperationStepDefinition } from '../../../kernel/operations/operation-definition.ts';

/** A node that has not woken by then needs somebody who looks at it. */
export const WAKE_MS_MAX = 900_000;

/** Creates the machine and starts it; a node is woken, and others make room, before. */
export function createSteps(
  vmId: VmId,
  plan: {
    readonly node: NodeRow;
    readonly spec: VmSpec;
    readonly machine: MachineSpec;
    /** The ends of those who make room for it. */
    readonly preempts: readonly OperationStepDefinition[];
  },
  tenantId: string,
): OperationStepDefinition[] {
  const { node, spec } = plan;
  const agent = { kind: 'agent', node: node.name, vmId, generation: 1 } as const;
  const wake: OperationStepDefinition = {
    name: `wake-${node.name}`,
    after: [],
    action: { kind: 'wake-node', nodeId: node.id, tenantId },
    // It stays awake: others may have been placed on it, and a consolidation takes it back.
    undo: null,
    patience: { kind: 'time', durationMs: WAKE_MS_MAX },
  };
  const before = [...plan.preempts, ...(node.status === 'standby' ? [wake] : [])];
  const create: OperationStepDefinition = {
    name: 'create',
    after: before.map(({ name }) => name),
    action: { ...agent, action: { kind: 'create', spec: plan.machine } },
    undo: { ...agent, action: { kind: 'delete' } },
  };
  if (spec.power_state === 'stopped') return [...before, create];
  return [
    ...before,
    create,
    {
      name: 'start',
      after: ['create'],
      action: { ...agent, action: { kind: 'start' } },
      undo: { ...agent, action: { kind: 'stop' } },
    },
  ];
}
