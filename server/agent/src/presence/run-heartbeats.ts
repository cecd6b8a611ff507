/**
 * The work of the process that sends the heartbeats of an agent. It needs no disk, and what delays
 * the agent does not delay it.
 */
import type { AgentAnnouncement, AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { JsonObject } from '@novacron/contract/json';
import type { Timers } from '@novacron/runtime/timers';
import { type GuestProcess, killGuests } from '../isolation/guest-processes.ts';
import { createIsolationGuard, type IsolationGuard } from '../isolation/isolation-guard.ts';
import type { Watchdog } from '../isolation/open-watchdog.ts';
import { RELEASE_MS_MAX } from '../isolation/release-time.ts';
import { type IsolationWatch, watchIsolation } from '../isolation/watch-isolation.ts';
import type { FromHeartbeatProcess, GuardOrder, ToHeartbeatProcess } from './heartbeat-messages.ts';
import { type Beats, sendBeats } from './send-beats.ts';

/** An agent that has not responded for this time is reported with each heartbeat. Unit: ms. */
const AGENT_SILENT_MS_MIN = 5_000;

/**
 * Maximum time that the process runs without its agent: long enough for a restart, and for people
 * to see that the node is alive. Then the node is silent, and lost like any other. Unit: ms.
 */
export const AGENT_GONE_MS_MAX = 600_000;

/** Without its agent, and with no server that hears it, it has no use any more. Unit: ms. */
const UNHEARD_MS_MAX = 30_000;

/** Interval at which a stopping process checks whether it guards VMs. Unit: ms. */
const RELEASE_LOOK_MS = 100;

/** The part of a message bus that heartbeats use. */
export interface HeartbeatWire {
  readonly publish: (subject: string, message: object) => void;
  /** @returns a function that ends the subscription */
  readonly subscribe: (subject: string, hear: (message: JsonObject) => void) => () => void;
}

/** Dependencies of the work. */
export interface HeartbeatsParts {
  readonly wire: HeartbeatWire;
  readonly timers: Timers;
  /** A clock that also runs while the host is suspended. Unit: ms. */
  readonly bootMs: () => number;
  /** A clock that does not: the agent could not respond then. Unit: ms. */
  readonly steadyMs: () => number;
  readonly send: (message: FromHeartbeatProcess) => void;
  /** The watchdog of the host; undefined: it has none, or it is not used. */
  readonly watchdog?:
    | { readonly open: () => Watchdog; readonly readTimeoutMs: () => number }
    | undefined;
  /** Kills processes of guests; those of this host when absent. */
  readonly kill?: typeof killGuests;
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
  /** Current announcement of the node. */
  readonly said: { announcement: AgentAnnouncement };
  readonly incarnation: string;
  readonly announceSubject: string;
  readonly beats: Beats;
  readonly leave: () => void;
  readonly guarding: Guarding | undefined;
}

/** Guard of a node, and its guests. */
interface Guarding {
  readonly guard: IsolationGuard;
  guests: readonly GuestProcess[];
  term: string | undefined;
  /** Once the node is left, nothing is announced as guarded. */
  state: 'guards' | 'leaves';
}

/** Starts it, without nodes. */
export function runHeartbeats(parts: HeartbeatsParts): RunningHeartbeats {
  const { wire, timers, bootMs, steadyMs, send, onEnd, watchdog, kill = killGuests } = parts;
  const members = new Map<string, Member>();
  let knows: ReadonlySet<AgentFeature> = new Set();
  let respondedMs = steadyMs();
  let isGone = false;
  let cancelUnheard = (): void => {};
  let isEnding = false;
  const watch = watchIsolation({
    timers,
    bootMs,
    open: watchdog?.open,
    readTimeoutMs: watchdog?.readTimeoutMs ?? (() => 0),
    onWatchdog: (state) => send({ kind: 'watchdog', state }),
  });

  function agentSilentMs(): number | undefined {
    const silentMs = Math.round(steadyMs() - respondedMs);
    return isGone || silentMs >= AGENT_SILENT_MS_MIN ? silentMs : undefined;
  }

  /** Ends when nothing is guarded any more. Without a limit the guests have the whole lease. */
  function end(releaseMs = Number.POSITIVE_INFINITY): void {
    if (isEnding && releaseMs === Number.POSITIVE_INFINITY) return;
    isEnding = true;
    const guarded = [...members.values()].filter(isGuarded);
    if (guarded.length === 0) endUnguarded();
    else void Promise.all(guarded.map((each) => leaveGuarded(each, releaseMs))).then(endUnguarded);
  }

  /** Nothing is guarded any more: the watchdog stops. */
  function endUnguarded(): void {
    for (const node of [...members.keys()]) drop(node);
    watch.look();
    endNow();
  }

  /** Ends now, leaving guarded VMs to the watchdog and the next process that opens it. */
  function endNow(): void {
    for (const node of [...members.keys()]) drop(node);
    watch.stop();
    onEnd();
  }

  function startGuarding(node: string, order: GuardOrder | undefined): Guarding | undefined {
    if (order === undefined) return undefined;
    const guarding: Guarding = {
      guests: order.guests,
      term: order.term,
      state: 'guards',
      guard: createIsolationGuard({
        leaseMs: order.leaseMs,
        bootMs,
        kill: (vms) => kill(guarding.guests, vms),
        onKilled: (vms) => send({ kind: 'killed', node, vms }),
        before: order.before,
      }),
    };
    watch.add(guarding.guard);
    return guarding;
  }

  function start(of: Extract<ToHeartbeatProcess, { kind: 'start' }>): void {
    const { node, incarnation, announceSubject, leaseSubject, afterBeat } = of;
    drop(node);
    let beats: Beats | undefined;
    const unsubscribe = wire.subscribe(leaseSubject, (message) => beats?.hear(message));
    const said = { announcement: of.announcement };
    const guarding = startGuarding(node, of.guard);
    const announcement = () => guardedBy(guarding, said.announcement, watch);
    const own = sendBeats({
      publish: (message) => wire.publish(announceSubject, message),
      timers,
      bootMs,
      incarnation,
      afterBeat,
      announcement,
      has: (feature) => knows.has(feature),
      agentSilentMs,
      onSend: (beat, atMs) =>
        guarding?.guard.sent(beat, atMs, announcement().isolation_guard?.vms ?? NONE),
      onRenewal: (renewal, sentAtMs) => {
        if (isGone) endUnlessHeard();
        hearStored(node, guarding, renewal);
        send({ kind: 'renewal', node, renewal, sentAtMs: sentAtMs ?? null });
      },
    });
    beats = own;
    const leave = (): void => {
      unsubscribe();
      if (guarding !== undefined) watch.remove(guarding.guard);
    };
    members.set(node, {
      said,
      incarnation,
      announceSubject,
      beats: own,
      leave,
      guarding,
    });
  }

  /** Only the control plane that the agent follows lets guests run on. */
  function hearStored(node: string, guarding: Guarding | undefined, renewal: JsonObject): void {
    const { stored_beat: beat, control_plane: claim } = renewal;
    if (guarding === undefined || typeof beat !== 'number') return;
    if (guarding.term === undefined || Object(claim).term !== guarding.term) return;
    guarding.guard.stored(beat);
    watch.heard();
    send({ kind: 'guard', node, state: guarding.guard.state() ?? null });
  }

  function drop(node: string): void {
    const member = members.get(node);
    members.delete(node);
    member?.leave();
    member?.beats.stop();
  }

  /** Servers have to know first that nothing is guarded any more. */
  function leave(node: string): void {
    const member = members.get(node);
    if (member === undefined) return;
    if (!isGuarded(member)) {
      drop(node);
      return;
    }
    void leaveGuarded(member, RELEASE_MS_MAX).then(() => {
      if (members.get(node) === member) drop(node);
    });
  }

  async function leaveGuarded(member: Member, releaseMs: number): Promise<void> {
    const { guarding, beats } = member;
    if (guarding === undefined) return;
    const { guard } = guarding;
    guarding.state = 'leaves';
    beats.beatNow();
    const untilMs = bootMs() + releaseMs;
    while (guard.state() !== undefined) {
      if (bootMs() >= untilMs) guard.expire();
      const { state, mayPet } = guard.look();
      // All that was guarded is dead: it may start elsewhere.
      if (state === 'expired' && mayPet(0)) return;
      await new Promise<void>((resolve) => timers.after(RELEASE_LOOK_MS, resolve));
    }
  }

  function endUnlessHeard(): void {
    cancelUnheard();
    cancelUnheard = timers.after(UNHEARD_MS_MAX, () => end());
  }

  /** A later start of the agent has heartbeats of its own. */
  function endWhenReplaced({ incarnation, announceSubject }: Member): void {
    wire.subscribe(announceSubject, (message) => {
      if (typeof message.incarnation === 'string' && message.incarnation > incarnation) endNow();
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
      case 'guests': {
        const guarding = members.get(message.node)?.guarding;
        if (guarding !== undefined) guarding.guests = message.guests;
        // Where the lease is over, none of them may run.
        watch.look();
        break;
      }
      case 'follow': {
        const guarding = members.get(message.node)?.guarding;
        if (guarding !== undefined) guarding.term = message.term;
        break;
      }
      case 'alive':
        respondedMs = steadyMs();
        knows = new Set(message.knows);
        send({ kind: 'alive' });
        break;
      case 'stop':
        end(RELEASE_MS_MAX);
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
      timers.after(AGENT_GONE_MS_MAX, () => end());
      endUnlessHeard();
      for (const member of members.values()) endWhenReplaced(member);
    },
  };
}

const NONE: readonly string[] = [];

function isGuarded({ guarding }: Member): boolean {
  return guarding?.guard.state() !== undefined;
}

/** Returns the announcement, claiming to guard VMs only if the node can. */
function guardedBy(
  guarding: Guarding | undefined,
  said: AgentAnnouncement,
  watch: IsolationWatch,
): AgentAnnouncement {
  const { isolation_guard: guard, ...rest } = said;
  if (guard === undefined || guarding === undefined) return rest;
  if (guard.vms.length === 0) return said;
  const isAble = guarding.state === 'guards' && watch.ready();
  return isAble ? said : { ...rest, isolation_guard: { lease_ms: guard.lease_ms, vms: [] } };
}
