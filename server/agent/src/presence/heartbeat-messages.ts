/** Messages between the agent and its heartbeat process. */
import type { NatsLink } from '@novacron/bus/nats-link';
import type { AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { GuestProcess } from '../isolation/guest-processes.ts';
import type { GuardState } from '../isolation/isolation-guard.ts';
import type { WatchdogState } from '../isolation/watch-isolation.ts';

/** Initial settings of a guard of isolated VMs. */
export interface GuardOrder {
  /** Unit: ms. */
  readonly leaseMs: number;
  readonly guests: readonly GuestProcess[];
  /** State of the previous process; absent: there was none. */
  readonly before?: GuardState | undefined;
  /** The term that the agent follows; absent: none yet. */
  readonly term?: string | undefined;
}

/** From the agent. */
export type ToHeartbeatProcess =
  /** With the watchdog of the host, if isolated VMs are guarded. */
  | {
      readonly kind: 'connect';
      readonly link: NatsLink;
      readonly watchdog?: string | undefined;
    }
  /** The next connection uses them. */
  | { readonly kind: 'credentials'; readonly link: NatsLink }
  | {
      readonly kind: 'start';
      readonly node: string;
      readonly incarnation: string;
      readonly announceSubject: string;
      readonly leaseSubject: string;
      readonly afterBeat: number;
      readonly announcement: AgentAnnouncement;
      /** Absent where the node guards nothing. */
      readonly guard?: GuardOrder | undefined;
    }
  /** The processes of all guests of the node. */
  | { readonly kind: 'guests'; readonly node: string; readonly guests: readonly GuestProcess[] }
  /** The agent follows this term of a control plane: what its servers have stored counts. */
  | { readonly kind: 'follow'; readonly node: string; readonly term: string }
  | {
      readonly kind: 'announcement';
      readonly node: string;
      readonly announcement: AgentAnnouncement;
    }
  | { readonly kind: 'beat'; readonly node: string }
  /** No more heartbeats of this node. */
  | { readonly kind: 'leave'; readonly node: string }
  /** The agent responds; and what all its servers know. */
  | { readonly kind: 'alive'; readonly knows: readonly AgentFeature[] }
  /** The agent stops. */
  | { readonly kind: 'stop' };

/** To the agent. */
export type FromHeartbeatProcess =
  | {
      readonly kind: 'renewal';
      readonly node: string;
      readonly renewal: JsonObject;
      readonly sentAtMs: number | null;
    }
  /** State that a later process of this agent must guard; null: none. */
  | { readonly kind: 'guard'; readonly node: string; readonly state: GuardState | null }
  /** Guests that were killed, because no server was heard. */
  | { readonly kind: 'killed'; readonly node: string; readonly vms: readonly string[] }
  | { readonly kind: 'watchdog'; readonly state: WatchdogState }
  /** Answers `alive`. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'trouble'; readonly detail: string };
