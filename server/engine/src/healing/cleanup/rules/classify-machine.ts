import type { Machine } from '@novacron/contract/agent/machine';
import type { KnownVm, Verdict } from '../model/healing.ts';

const KEPT: Verdict = { kind: 'kept' };

/**
 * Classifies a machine for the node on which it was found.
 * @param vm - undefined where nothing is known of its VM
 */
export function classifyMachine(machine: Machine, node: string, vm: KnownVm | undefined): Verdict {
  if (vm === undefined || vm.inFlight === 'yes') return KEPT;
  switch (vm.life) {
    case 'never':
      return { kind: 'doubted', why: 'stranger' };
    case 'gone':
      return { kind: 'removed', why: 'orphan' };
    case 'exists':
      if (vm.places.includes(node)) return KEPT;
      if (isSuperseded(machine, node, vm)) return { kind: 'removed', why: 'superseded' };
      return isEndOfMove(machine)
        ? { kind: 'removed', why: 'left-behind' }
        : { kind: 'doubted', why: 'second-copy' };
  }
}

/** Whether its VM was recovered to another node: whatever the machine does, it must not do it. */
function isSuperseded({ generation }: Machine, node: string, vm: KnownVm): boolean {
  return vm.recoveredFrom.includes(node) && generation < vm.generation;
}

/** Whether the machine has not run here since: its memory is on another node. */
function isEndOfMove({ status }: Machine): boolean {
  return status === 'migrated' || status === 'incoming';
}
