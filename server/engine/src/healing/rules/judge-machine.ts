import type { Machine } from '@novacron/contract/agent/agent';
import type { KnownVm, Verdict } from '../model.ts';

const KEPT: Verdict = { kind: 'kept' };

/**
 * What a machine is to the node on which it was found.
 * @param vm - undefined where nothing was found out about its VM
 */
export function judgeMachine(machine: Machine, node: string, vm: KnownVm | undefined): Verdict {
  if (vm === undefined || vm.inFlight === 'yes') return KEPT;
  switch (vm.life) {
    case 'never':
      return { kind: 'doubted', why: 'stranger' };
    case 'gone':
      return { kind: 'removed', why: 'orphan' };
    case 'exists':
      if (vm.places.includes(node)) return KEPT;
      return isEndOfMove(machine)
        ? { kind: 'removed', why: 'left-behind' }
        : { kind: 'doubted', why: 'second-copy' };
  }
}

/** Whether the machine never ran here since: its memory and its life are on another node. */
function isEndOfMove({ status }: Machine): boolean {
  return status === 'migrated' || status === 'incoming';
}
