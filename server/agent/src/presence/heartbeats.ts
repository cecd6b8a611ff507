/** Sender of the agents' heartbeats: the agent itself, or a process beside it. */
import type { AgentAnnouncement, LeaseRenewal } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { NodeGuard } from '../isolation/driver-isolation.ts';

/** The heartbeats of one start of the agent of a node. */
export interface NodeHeartbeats {
  readonly node: string;
  readonly incarnation: string;
  /** Returns the node's announcement. */
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
    /** @param how - `planned`: servers know that nothing is guarded any more */
    readonly stop: (how?: 'planned') => void;
  };
  /** Whether the host can guard VMs: it has a watchdog that works. Absent: it can. */
  readonly canGuard?: () => boolean;
}
