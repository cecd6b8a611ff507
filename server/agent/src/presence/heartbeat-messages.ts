/** What the agent and its process of heartbeats say to each other. */
import type { NatsLink } from '@novacron/bus/nats-link';
import type { AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';

/** From the agent. */
export type ToHeartbeatProcess =
  | { readonly kind: 'connect'; readonly link: NatsLink }
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
    }
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
  /** Answers `alive`. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'trouble'; readonly detail: string };
