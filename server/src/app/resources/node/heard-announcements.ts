/** The announcements of agents, of which most heartbeats only say that they still hold. */
import { AgentAnnouncement, AgentBeat } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';

/** Message on the announcement subject. */
export type HeardBeat =
  | { readonly kind: 'announcement'; readonly said: AgentAnnouncement }
  /** It repeats an announcement that this server has not heard. */
  | { readonly kind: 'unknown'; readonly beat: AgentBeat }
  | { readonly kind: 'invalid'; readonly reason: string };

/** The last announcement of each node. */
export interface HeardAnnouncements {
  /** Reads a message. @returns the whole announcement, with the number of this beat */
  readonly read: (message: JsonObject) => HeardBeat;
  /** Keeps what the node said itself, and not others in its name. */
  readonly keep: (said: AgentAnnouncement) => void;
}

/** Starts with none: an agent is asked for its announcement when its first small beat is heard. */
export function createHeardAnnouncements(): HeardAnnouncements {
  /** Announcements as received, with their own heartbeat numbers. */
  const lastSaid = new Map<string, AgentAnnouncement>();
  return {
    read: (message) => {
      if (message.announced === undefined) {
        const parsed = AgentAnnouncement.safeParse(message);
        if (!parsed.success) return { kind: 'invalid', reason: parsed.error.message };
        return { kind: 'announcement', said: parsed.data };
      }
      const parsed = AgentBeat.safeParse(message);
      if (!parsed.success) return { kind: 'invalid', reason: parsed.error.message };
      const { node, incarnation, beat, lease_ms, announced, agent_silent_ms } = parsed.data;
      const last = lastSaid.get(node);
      const isKnown = last?.incarnation === incarnation && last.beat === announced;
      if (last === undefined || !isKnown) return { kind: 'unknown', beat: parsed.data };
      return { kind: 'announcement', said: { ...last, beat, lease_ms, agent_silent_ms } };
    },
    keep: (said) => {
      lastSaid.set(said.node, said);
    },
  };
}
