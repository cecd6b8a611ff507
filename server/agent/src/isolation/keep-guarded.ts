/** VMs that an agent guards: those that servers name, as long as its host can guard them. */
import type { IsolationGuard, LeaseRenewal } from '@novacron/contract/agent/agent-announcement';
import type { DriverIsolation, NodeGuard } from './driver-isolation.ts';

/** Settings for guarding VMs. */
export interface IsolationSettings {
  /** Unit: ms; at least `ISOLATION_LEASE_MS_MIN`. */
  readonly leaseMs: number;
}

/** The VMs that are guarded. */
export interface GuardedVms {
  /** Returns the announced guard; undefined if the node's settings disable it. */
  readonly announced: () => {
    readonly isolationGuard: 'yes' | 'no';
    readonly guard: IsolationGuard | undefined;
  };
  /** Takes what a server names that the agent follows. */
  readonly accept: (renewal: LeaseRenewal) => void;
  /** From now on none is. */
  readonly end: () => void;
  /** Guard settings for the heartbeats; undefined: they guard no VMs. */
  readonly order: NodeGuard | undefined;
}

/** Starts with none. */
export function keepGuarded({
  driver,
  settings,
  canGuard,
  onKilled,
}: {
  readonly driver: { readonly isolation?: DriverIsolation | undefined };
  readonly settings: IsolationSettings | undefined;
  readonly canGuard: () => boolean;
  readonly onKilled: (vms: readonly string[]) => void;
}): GuardedVms {
  const { isolation } = driver;
  let vms: readonly string[] = [];
  let isEnded = false;
  if (settings === undefined || isolation === undefined) {
    return {
      announced: () => ({ isolationGuard: 'no', guard: undefined }),
      accept: () => undefined,
      end: () => undefined,
      order: undefined,
    };
  }
  const { leaseMs } = settings;
  const none: IsolationGuard = { lease_ms: leaseMs, vms: [] };
  let named = none;
  return {
    // The same objects as long as nothing changes: each heartbeat compares them.
    announced: () => {
      const isAble = canGuard() && !isEnded;
      return { isolationGuard: isAble ? 'yes' : 'no', guard: isAble ? named : none };
    },
    accept: ({ guard }) => {
      if (guard === undefined || String(guard) === String(vms)) return;
      // Before it is announced: after a restart of the host the driver does not start them.
      isolation.keep(guard);
      vms = guard;
      named = { lease_ms: leaseMs, vms: [...guard] };
    },
    end: () => {
      isEnded = true;
    },
    order: {
      leaseMs,
      guests: isolation.guests,
      subscribe: isolation.subscribe,
      ...(isolation.kill === undefined ? {} : { kill: isolation.kill }),
      onKilled: (killed) => {
        isolation.note(killed);
        onKilled(killed);
      },
    },
  };
}
