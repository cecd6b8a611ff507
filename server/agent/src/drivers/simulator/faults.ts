/** Faults on demand: the next actions of a kind go wrong in the way that was asked for. */
import type { ActionKind } from '../driver.ts';

/** Kind of an action's failure. */
export type FaultKind =
  /** Nothing happens and the driver says that trying again may help. */
  | 'fail-retry'
  /** Nothing happens and the driver says that it never will. */
  | 'fail-final'
  /** Nothing happens and the driver does not answer. */
  | 'hang'
  /** Another machine holds the locks of the disks: a definition that ignores them goes well. */
  | 'disk-locked'
  /** The guest does not heed a graceful stop. Every other action goes well. */
  | 'ignore-stop'
  /** It happens, but the driver does not live to say so. */
  | 'crash-before-answer';

/** Actions that fail, and the kind and number of failures. */
export interface Fault {
  /**
   * `delete` stands for every removal of a machine. `check-guest` is a look at a guest:
   * with `fail-retry` it is not ready, with `fail-final` its cloud-init has failed.
   */
  readonly action: ActionKind | 'check-guest' | 'any';
  readonly kind: FaultKind;
  /** Number of next actions that fail; 1 when absent. */
  readonly times?: number;
  /** Only actions on this machine; on every machine when absent. */
  readonly vm_id?: string;
}

/** The faults that a simulated node still has before it. They do not outlast the process. */
export interface Faults {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  /** The fault of the next action, which uses it up; the one added first goes first. */
  readonly take: (action: ActionKind | 'check-guest', vmId: string) => FaultKind | undefined;
}

/** Starts with no faults. */
export function createFaults(): Faults {
  const pending: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      pending.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      pending.length = 0;
    },
    take: (action, vmId) => {
      const found = pending.find(
        ({ fault, left }) =>
          left > 0 &&
          fits(fault.action, action) &&
          (fault.vm_id === undefined || fault.vm_id === vmId),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left === 0) pending.splice(pending.indexOf(found), 1);
      return found.fault.kind;
    },
  };
}

/** Questions about guests are no actions: a fault of any action leaves them alone. */
function fits(wanted: Fault['action'], action: ActionKind | 'check-guest'): boolean {
  if (action === 'check-guest') return wanted === action;
  return ['any', action, generalOf(action)].includes(wanted);
}

/** Returns the name of an action in faults and latencies of an earlier fleet. */
export function generalOf(action: ActionKind): ActionKind {
  return action === 'forget' || action === 'delete-disk' ? 'delete' : action;
}
