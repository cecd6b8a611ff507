/** The actions that remove a machine from a node. */
import type { MachineAction } from '@novacron/contract/agent/agent-actions';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { capabilitiesOf } from './configure-steps.ts';

/**
 * Removes the machine and never its disk: for what is left of a VM that exists elsewhere, or of
 * which the node may have a part only. Agents of earlier releases remove the disk of a machine that
 * neither arrived nor was sent away as well.
 */
export function forgetAction(node: Tables['nodes']): MachineAction {
  return { kind: capabilitiesOf(node).forget === 'yes' ? 'forget' : 'delete' };
}

/** Removes the machine with its root disk: only for the end of the VM itself. */
export function deleteDiskAction(node: Tables['nodes']): MachineAction {
  return { kind: capabilitiesOf(node).forget === 'yes' ? 'delete-disk' : 'delete' };
}
