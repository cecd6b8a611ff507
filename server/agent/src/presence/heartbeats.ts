/** What sends the heartbeats of agents: the agent itself, or a process beside it. */
import type { AgentAnnouncement, LeaseRenewal } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { GuestProcess } from '../isolation/guest-processes.ts';
import type { KilledVms } from '../isolation/isolation-guard.ts';

/** How VMs of a node are stopped when it is isolated. */
export interface NodeGuard {
  /** Unit: ms. */
  readonly leaseMs: number;
  /** The processes of all guests; none of simulated ones. */
  readonly guests: () => readonly GuestProcess[];
  /** Hears, before a new guest runs, that they have changed. @returns a function that ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** Stops guests that have no processes; absent: they have. */
  readonly kill?: (vms: ReadonlySet<string>) => KilledVms;
  readonly onKilled: (vms: readonly string[]) => void;
}

/** The heartbeats of one start of the agent of a node. */
export interface NodeHeartbeats {
  readonly node: string;
  readonly incarnation: string;
  /** What is said of the node each time. */
  readonly announcement: () => AgentAnnouncement;
  /** Absent where it guards no VMs. */
  readonly guard?: NodeGuard | undefined;
  /**
   * Hears each renewal for this start.
   * @param sentAtMs - when its heartbeat was sent, by `bootMs` of the clock of the host; undefined
   * if that is long ago
   */
  readonly onRenewal: (renewal: JsonObject, sentAtMs: number | undefined) => void;
}

/** Sends heartbeats. */
export interface Heartbeats {
  /** Starts those of a node. */
  readonly start: (of: NodeHeartbeats) => {
    /** Beats once more without waiting: what is announced has changed. */
    readonly beatNow: () => void;
    /** A renewal came from the control plane that the agent follows. */
    readonly accept: (renewal: LeaseRenewal) => void;
    /** @param how - `planned`: servers were told that nothing is guarded any more */
    readonly stop: (how?: 'planned') => void;
  };
  /** Whether the host can guard VMs: it has a watchdog that works. Absent: it can. */
  readonly canGuard?: () => boolean;
}
