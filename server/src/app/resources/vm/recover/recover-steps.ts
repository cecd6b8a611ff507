/** The steps that start a VM of a dead node on another one. */
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { migratedMachine, toMachineSpec } from '../machine/machine-spec.ts';
import { forgetAction } from '../machine/removal-actions.ts';
import type { MovingVm } from '../migrate/observe-moving-vm.ts';
import { defineStep } from '../power/define-step.ts';
import { REMOVE_ARRIVED } from './find-left-target.ts';

/** The guest may not start at once: its new node tries for this long. */
const START_MS_MAX = 600_000;

/** Where a VM is started, and where it is removed before. */
export interface RecoveryNodes {
  readonly destination: NodeRow;
  /** Where an interrupted migration has left a machine. */
  readonly left: NodeRow | undefined;
}

/** Makes the steps. Once the disk belongs to the new node, only that one starts the VM. */
export function recoverSteps(
  found: MovingVm,
  { destination: node, left }: RecoveryNodes,
): readonly OperationStepDefinition[] {
  const { row, volumes } = found;
  const shape = { ...migratedMachine(found), further: found.further };
  const made = defineStep({ row, node, volumes, spec: toMachineSpec(shape), takeover: 'yes' });
  const first = left === undefined ? [] : [removeArrived(row, left)];
  const define = { ...made, after: first.map(({ name }) => name) };
  if (found.spec.power_state === 'stopped') return [...first, define];
  const agent = { kind: 'agent', node: node.name, vmId: row.id } as const;
  return [
    ...first,
    define,
    {
      name: 'start',
      after: [define.name],
      action: { ...agent, generation: row.generation + 1, action: { kind: 'start' } },
      undo: null,
      noReturn: 'yes',
      patience: { kind: 'time', durationMs: START_MS_MAX },
    },
  ];
}

/** Both it and the VM that is started use the same disk. */
function removeArrived({ id, generation }: VmRow, node: NodeRow): OperationStepDefinition {
  const at = { kind: 'agent', node: node.name, vmId: id, generation: generation + 1 } as const;
  return {
    name: REMOVE_ARRIVED,
    after: [],
    action: { ...at, action: forgetAction(node) },
    undo: null,
  };
}
