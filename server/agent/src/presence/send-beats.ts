/**
 * Sends the heartbeats of a node. It runs in the agent, or in the process beside it, which imports
 * as little as possible: no schemas here.
 */
import type { AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { Timers } from '@novacron/runtime/timers';
import { createBeatComposer, type Said } from './compose-beat.ts';

/** Interval between heartbeats of an agent. */
export const HEARTBEAT_MS = 1_000;

/** Validity of an acknowledged heartbeat: many heartbeats may be missed. */
export const LEASE_MS = 20_000;

/** A heartbeat as it is published. */
export type BeatMessage = Said & {
  readonly incarnation: string;
  readonly beat: number;
  readonly lease_ms: number;
  readonly beat_ms?: number | undefined;
  readonly agent_silent_ms?: number | undefined;
};

/** Dependencies for sending beats. */
export interface SendBeatsOptions {
  readonly publish: (message: BeatMessage) => void;
  readonly timers: Timers;
  /** A clock that also runs while the host is suspended. Unit: ms. */
  readonly bootMs: () => number;
  readonly incarnation: string;
  /** The number before the first heartbeat; 0 but for a process that replaces another one. */
  readonly afterBeat?: number;
  /** Returns the node's announcement. */
  readonly announcement: () => AgentAnnouncement;
  /** Whether all servers know a feature. */
  readonly has: (feature: AgentFeature) => boolean;
  /** For how long the agent has not responded; undefined: it does. Unit: ms. */
  readonly agentSilentMs?: () => number | undefined;
  /**
   * Hears each renewal for this start.
   * @param sentAtMs - when its heartbeat was sent, by `bootMs`; undefined if that is long ago
   */
  readonly onRenewal: (renewal: JsonObject, sentAtMs: number | undefined) => void;
  /** Called before each heartbeat, and before what it says is composed. */
  readonly onSend?: (beat: number, atMs: number) => void;
}

/** Heartbeats of one start of an agent. */
export interface Beats {
  /** Beats once more without waiting: what is announced has changed. */
  readonly beatNow: () => void;
  /** Takes a message from the subject of leases. */
  readonly hear: (message: JsonObject) => void;
  readonly stop: () => void;
}

/** Beats at once and then at its period. */
export function sendBeats(parts: SendBeatsOptions): Beats {
  const { publish, timers, bootMs, incarnation, announcement, has, onRenewal } = parts;
  const { afterBeat = 0, agentSilentMs = () => undefined } = parts;
  const beats = createBeatComposer(announcement, { has });
  /** Send times of the heartbeats that are still valid. */
  const sentAtMs = new Map<number, number>();
  let beat = afterBeat;
  let acknowledged = afterBeat;
  let cancelNext = (): void => {};

  function forgetOld(nowMs: number): void {
    for (const [number, atMs] of sentAtMs) if (nowMs - atMs >= LEASE_MS) sentAtMs.delete(number);
  }

  function sayBeat(how: 'as-known' | 'whole'): void {
    const silentMs = agentSilentMs();
    // To a server that does not know the difference, an agent that hangs is silent.
    if (silentMs !== undefined && !has('agent-silence')) return;
    beat += 1;
    const nowMs = bootMs();
    forgetOld(nowMs);
    // Counted from before the sending, so that the lease never ends later than a server believes.
    sentAtMs.set(beat, nowMs);
    parts.onSend?.(beat, nowMs);
    // A server that did not acknowledge the last one may be of a release that knows no small ones.
    const isHeard = acknowledged === beat - 1;
    const said = beats.compose(beat, isHeard ? how : 'whole');
    // A small beat repeats what was announced, the period included.
    const period = 'announced' in said ? {} : { beat_ms: HEARTBEAT_MS };
    const silence = silentMs === undefined ? {} : { agent_silent_ms: Math.max(1, silentMs) };
    const head = { incarnation, beat, lease_ms: LEASE_MS };
    publish({ ...said, ...head, ...period, ...silence });
  }

  function beatOnce(): void {
    sayBeat('as-known');
    cancelNext = timers.after(HEARTBEAT_MS, beatOnce);
  }

  beatOnce();
  return {
    beatNow: () => {
      cancelNext();
      beatOnce();
    },
    hear: (message) => {
      if (message.incarnation !== incarnation) return;
      const number = typeof message.beat === 'number' ? message.beat : 0;
      onRenewal(message, sentAtMs.get(number));
      // Servers that ask for the same announcement at once share the answer.
      if (message.wants === 'announcement' && beats.announcedIn() !== beat) sayBeat('whole');
      else if (sentAtMs.has(number)) acknowledged = Math.max(acknowledged, number);
    },
    stop: () => cancelNext(),
  };
}
