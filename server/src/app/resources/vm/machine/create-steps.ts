/** The steps that create a VM on its node. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { awaitGuestSteps } from './await-guest-steps.ts';
import { deleteDiskAction } from './removal-actions.ts';

/** A node that has not woken by then needs a person to look at it. */
export const WAKE_MS_MAX = 900_000;

/** Creates the machine and starts it, after waking its node and after other steps. */
export function createSteps(
  vmId: VmId,
  plan: {
    readonly node: NodeRow;
    readonly spec: VmSpec;
    readonly machine: MachineSpec;
    /** Steps that come first: the preemptions. */
    readonly after: readonly OperationStepDefinition[];
  },
  tenantId: string,
): OperationStepDefinition[] {
  const { node, spec } = plan;
  const agent = { kind: 'agent', node: node.name, vmId, generation: 1 } as const;
  const wake: OperationStepDefinition = {
    name: `wake-${node.name}`,
    after: [],
    action: { kind: 'wake-node', nodeId: node.id, tenantId },
    // It stays awake: other VMs may have been placed on it, and a consolidation powers it off
    // again.
    undo: null,
    patience: { kind: 'time', durationMs: WAKE_MS_MAX },
  };
  const waking = node.status === 'standby' ? [wake] : [];
  const create: OperationStepDefinition = {
    name: 'create',
    after: [...plan.after, ...waking].map(({ name }) => name),
    action: { ...agent, action: { kind: 'create', spec: plan.machine } },
    undo: { ...agent, action: deleteDiskAction(node) },
  };
  if (spec.power_state === 'stopped') return [...waking, create];
  return [
    ...waking,
    create,
    {
      name: 'start',
      after: ['create'],
      action: { ...agent, action: { kind: 'start' } },
      undo: { ...agent, action: { kind: 'stop' } },
    },
    ...awaitGuestSteps({ vmId, node: node.name, spec, after: 'start' }),
  ];
}
