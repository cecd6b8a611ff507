/**
 * The work of the process that sends the heartbeats of an agent. It needs no disk, and what delays
 * the agent does not delay it.
 */
import type { AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { Timers } from '@novacron/runtime/timers';
import type { FromHeartbeatProcess, ToHeartbeatProcess } from './heartbeat-messages.ts';
import { type Beats, sendBeats } from './send-beats.ts';

/** An agent that has not responded for this time is reported with each heartbeat. Unit: ms. */
const AGENT_SILENT_MS_MIN = 5_000;

/**
 * How long the process goes on without its agent: long enough for a restart, and for people to see
 * that the node is alive. Then the node is silent, and lost as any other. Unit: ms.
 */
export const AGENT_GONE_MS_MAX = 600_000;

/** Without its agent, and with no server that hears it, it has no use any more. Unit: ms. */
const UNHEARD_MS_MAX = 30_000;

/** The part of a message bus that heartbeats use. */
export interface HeartbeatWire {
  readonly publish: (subject: string, message: object) => void;
  /** @returns a function that ends the subscription */
  readonly subscribe: (subject: string, hear: (message: JsonObject) => void) => () => void;
}

/** What the work needs. */
export interface HeartbeatsParts {
  readonly wire: HeartbeatWire;
  readonly timers: Timers;
  /** A clock that also runs while the host is suspended. Unit: ms. */
  readonly bootMs: () => number;
  /** A clock that does not: the agent could not respond then. Unit: ms. */
  readonly steadyMs: () => number;
  readonly send: (message: FromHeartbeatProcess) => void;
  /** Ends the process. */
  readonly onEnd: () => void;
}

/** The heartbeats of the nodes of one agent. */
export interface RunningHeartbeats {
  readonly take: (message: ToHeartbeatProcess) => void;
  /** The agent has ended without stopping the process: it has crashed. */
  readonly agentGone: () => void;
}

interface Member {
  /** What is said of the node now. */
  readonly said: { announcement: AgentAnnouncement };
  readonly incarnation: string;
  readonly announceSubject: string;
  readonly beats: Beats;
  readonly leave: () => void;
}

/** Starts it, without nodes. */
export function runHeartbeats(parts: HeartbeatsParts): RunningHeartbeats {
  const { wire, timers, bootMs, steadyMs, send, onEnd } = parts;
  const members = new Map<string, Member>();
  let knows: ReadonlySet<AgentFeature> = new Set();
  let respondedMs = steadyMs();
  let isGone = false;
  let cancelUnheard = (): void => {};

  function agentSilentMs(): number | undefined {
    const silentMs = Math.round(steadyMs() - respondedMs);
    return isGone || silentMs >= AGENT_SILENT_MS_MIN ? silentMs : undefined;
  }

  function end(): void {
    for (const node of [...members.keys()]) leave(node);
    onEnd();
  }

  function start(of: Extract<ToHeartbeatProcess, { kind: 'start' }>): void {
    const { node, incarnation, announceSubject, leaseSubject, afterBeat } = of;
    leave(node);
    let beats: Beats | undefined;
    const unsubscribe = wire.subscribe(leaseSubject, (message) => beats?.hear(message));
    const said = { announcement: of.announcement };
    const own = sendBeats({
      publish: (message) => wire.publish(announceSubject, message),
      timers,
      bootMs,
      incarnation,
      afterBeat,
      announcement: () => said.announcement,
      has: (feature) => knows.has(feature),
      agentSilentMs,
      onRenewal: (renewal, sentAtMs) => {
        if (isGone) endUnlessHeard();
        send({ kind: 'renewal', node, renewal, sentAtMs: sentAtMs ?? null });
      },
    });
    beats = own;
    members.set(node, { said, incarnation, announceSubject, beats: own, leave: unsubscribe });
  }

  function leave(node: string): void {
    const member = members.get(node);
    members.delete(node);
    member?.leave();
    member?.beats.stop();
  }

  function endUnlessHeard(): void {
    cancelUnheard();
    cancelUnheard = timers.after(UNHEARD_MS_MAX, end);
  }

  /** A later start of the agent has heartbeats of its own. */
  function endWhenReplaced({ incarnation, announceSubject }: Member): void {
    wire.subscribe(announceSubject, (message) => {
      if (typeof message.incarnation === 'string' && message.incarnation > incarnation) end();
    });
  }

  function take(message: ToHeartbeatProcess): void {
    switch (message.kind) {
      case 'start':
        start(message);
        break;
      case 'announcement': {
        const member = members.get(message.node);
        if (member !== undefined) member.said.announcement = message.announcement;
        break;
      }
      case 'beat':
        members.get(message.node)?.beats.beatNow();
        break;
      case 'leave':
        leave(message.node);
        break;
      case 'alive':
        respondedMs = steadyMs();
        knows = new Set(message.knows);
        send({ kind: 'alive' });
        break;
      case 'stop':
        end();
        break;
      default:
    }
  }

  return {
    take,
    agentGone: () => {
      if (members.size === 0) {
        end();
        return;
      }
      isGone = true;
      timers.after(AGENT_GONE_MS_MAX, end);
      endUnlessHeard();
      for (const member of members.values()) endWhenReplaced(member);
    },
  };
}
