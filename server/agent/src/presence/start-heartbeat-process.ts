/**
 * Starts the process that sends the heartbeats of an agent: a collection of garbage, a slow disk or
 * a long step of the agent does not delay them.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NatsLink } from '@novacron/bus/nats-link';
import { AgentFeature } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { GuardState } from '../isolation/isolation-guard.ts';
import { isStopped } from '../isolation/read-thread-states.ts';
import { RELEASE_MS_MAX } from '../isolation/release-time.ts';
import type { WatchdogState } from '../isolation/watch-isolation.ts';
import type { FromHeartbeatProcess, ToHeartbeatProcess } from './heartbeat-messages.ts';
import type { Heartbeats, NodeHeartbeats } from './heartbeats.ts';
import { createKnownFeatures } from './known-features.ts';

/** Interval at which the agent reports that it responds and checks announcements. Unit: ms. */
const ALIVE_MS = 1_000;

/** A process that has not answered so often, while the agent responded, is replaced. */
const UNANSWERED_MAX = 5;

/**
 * The same until its first answer: a busy host takes long to start it, and would have to begin
 * again each time.
 */
const UNANSWERED_MAX_FIRST = 60;

/** Pause before a process that has ended is replaced. Unit: ms. */
const RESTART_MS = 1_000;

/** Interval between reads of the credential files. Unit: ms. */
export const CREDENTIALS_MS = 60_000;

/** Time limit for the process to send its remaining messages. Unit: ms. */
const STOP_MS_MAX = 2_000;

/** Numbers of heartbeats that belong to one process: a later one continues above them. */
const BEATS_PER_PROCESS = 2 ** 32;

/** It needs little memory: few objects live long. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=64', '--jitless'];

/** Options for starting the process. */
export interface HeartbeatProcessOptions {
  /** Reads the credentials of the message bus; throws where a file cannot be read. */
  readonly readLink: () => NatsLink;
  readonly timers: Timers;
  readonly logger: Logger;
  /** The watchdog of the host; undefined: no VMs are guarded. */
  readonly watchdog?: string | undefined;
}

/** The process. */
export interface HeartbeatProcess extends Heartbeats {
  /** Ends it, after it has sent what was announced. */
  readonly stop: () => Promise<void>;
}

interface Member extends NodeHeartbeats {
  announced: string;
  /** State that a later process must guard. */
  guarded: GuardState | null;
  /** The term of the control plane that the agent follows. */
  term: string | undefined;
}

/** Starts it, and replaces it when it ends by itself. */
export function startHeartbeatProcess(options: HeartbeatProcessOptions): HeartbeatProcess {
  const { readLink, timers, logger, watchdog } = options;
  const members = new Map<string, Member>();
  const known = createKnownFeatures(timers);
  let link = readLink();
  let child: ChildProcess | undefined;
  let processes = 0;
  let unanswered = 0;
  let unansweredMax = UNANSWERED_MAX_FIRST;
  let isStopping = false;
  /** Whether the process was killed because it did not respond. */
  let isHung = false;
  /** Whether a node that was left may still be guarded. */
  let guardedLast = false;
  let watchdogState: WatchdogState['kind'] = 'failed';
  let cancelRestart = (): void => {};
  let cancelAlive = (): void => {};
  let cancelRead = (): void => {};

  function send(message: ToHeartbeatProcess): void {
    // Its end is heard of elsewhere.
    if (child?.connected === true) child.send(message, () => undefined);
  }

  function hear(message: FromHeartbeatProcess): void {
    if (message.kind === 'alive') noteAnswer();
    if (message.kind === 'renewal') hearRenewal(message);
    if (message.kind === 'guard') noteGuard(message);
    if (message.kind === 'watchdog') noteWatchdog(message.state);
    if (message.kind === 'killed') {
      const { node, vms } = message;
      logger.error({ node, vms }, 'no server was heard for the isolation lease: VMs were killed');
      members.get(node)?.guard?.onKilled(vms);
    }
    if (message.kind !== 'trouble') return;
    logger.warn({ detail: message.detail }, 'heartbeats have trouble with the message bus');
  }

  function noteAnswer(): void {
    unanswered = 0;
    unansweredMax = UNANSWERED_MAX;
  }

  function noteGuard({ node, state }: Extract<FromHeartbeatProcess, { kind: 'guard' }>): void {
    const member = members.get(node);
    if (member !== undefined) member.guarded = state;
  }

  function noteWatchdog(state: WatchdogState): void {
    watchdogState = state.kind;
    if (state.kind === 'ready') logger.info({ watchdog, ...state }, 'the watchdog works');
    else logger.warn({ watchdog, ...state }, 'no VMs are guarded: the watchdog cannot be used');
  }

  function hearRenewal({
    node,
    renewal,
    sentAtMs,
  }: Extract<FromHeartbeatProcess, { kind: 'renewal' }>): void {
    const { knows } = renewal;
    known.hear(Array.isArray(knows) ? knows.map(String) : undefined);
    members.get(node)?.onRenewal(renewal, sentAtMs ?? undefined);
  }

  function launch(): void {
    processes += 1;
    unanswered = 0;
    unansweredMax = UNANSWERED_MAX_FIRST;
    const own = fork(programPath(), [], {
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child = own;
    own.on('message', hear);
    own.on('error', (cause) => logger.error({ cause }, 'the process of heartbeats has trouble'));
    own.on('exit', (code, signal) => {
      if (isStopping || child !== own) return;
      child = undefined;
      // One that hung has already cost time.
      const pauseMs = isHung ? 0 : RESTART_MS;
      isHung = false;
      logger.error({ code, signal }, 'the process of heartbeats has ended: it is started again');
      cancelRestart = timers.after(pauseMs, launch);
    });
    send({ kind: 'connect', link, watchdog });
    for (const member of members.values()) sendStart(member);
    sayAlive();
  }

  function sendStart(member: Member): void {
    const { node, incarnation, guard, guarded, term } = member;
    const announcement = member.announcement();
    member.announced = JSON.stringify(announcement);
    send({
      kind: 'start',
      node,
      incarnation,
      announceSubject: announceSubject(node),
      leaseSubject: leaseSubject(node),
      afterBeat: (processes - 1) * BEATS_PER_PROCESS,
      announcement,
      guard:
        guard === undefined || watchdog === undefined
          ? undefined
          : { leaseMs: guard.leaseMs, guests: guard.guests(), before: guarded ?? undefined, term },
    });
  }

  function sendAnnouncement(member: Member): void {
    const announcement = member.announcement();
    const text = JSON.stringify(announcement);
    if (text === member.announced) return;
    member.announced = text;
    send({ kind: 'announcement', node: member.node, announcement });
  }

  function sayAlive(): void {
    send({ kind: 'alive', knows: AgentFeature.options.filter((each) => known.has(each)) });
  }

  function look(): void {
    cancelAlive = timers.after(ALIVE_MS, look);
    unanswered += 1;
    if (unanswered > unansweredMax || (child?.pid !== undefined && isStopped(child.pid))) {
      unanswered = 0;
      isHung = child !== undefined;
      logger.error({}, 'the process of heartbeats does not respond: it is killed');
      child?.kill('SIGKILL');
    }
    for (const member of members.values()) sendAnnouncement(member);
    sayAlive();
  }

  /** A certificate may have been renewed. */
  function readAgain(): void {
    cancelRead = timers.after(CREDENTIALS_MS, readAgain);
    try {
      const later = readLink();
      if (JSON.stringify(later) === JSON.stringify(link)) return;
      link = later;
      send({ kind: 'credentials', link });
    } catch (cause) {
      logger.warn({ cause }, 'the credentials of the message bus cannot be read again');
    }
  }

  launch();
  cancelAlive = timers.after(ALIVE_MS, look);
  cancelRead = timers.after(CREDENTIALS_MS, readAgain);
  return {
    start: (of) => {
      const member: Member = { ...of, announced: '', guarded: null, term: undefined };
      members.set(of.node, member);
      sendStart(member);
      const leave = of.guard?.subscribe(() =>
        send({ kind: 'guests', node: of.node, guests: of.guard?.guests() ?? [] }),
      );
      return {
        beatNow: () => {
          sendAnnouncement(member);
          send({ kind: 'beat', node: of.node });
        },
        accept: ({ control_plane: claim }) => {
          if (claim === undefined || claim.term === member.term) return;
          member.term = claim.term;
          send({ kind: 'follow', node: of.node, term: claim.term });
        },
        stop: () => {
          leave?.();
          if (members.get(of.node) !== member) return;
          if (member.guarded !== null) guardedLast = true;
          members.delete(of.node);
          send({ kind: 'leave', node: of.node });
        },
      };
    },
    canGuard: () => watchdogState === 'ready',
    stop: async () => {
      isStopping = true;
      for (const cancel of [cancelRestart, cancelAlive, cancelRead, known.stop]) cancel();
      const own = child;
      if (own === undefined || own.exitCode !== null || own.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        const limitMs = guardedLast ? STOP_MS_MAX + RELEASE_MS_MAX : STOP_MS_MAX;
        const cancel = timers.after(limitMs, () => own.kill('SIGKILL'));
        own.once('exit', () => {
          cancel();
          resolve();
        });
        send({ kind: 'stop' });
      });
    },
  };
}

/** Node runs what was compiled, also where this file is run from its source. */
function programPath(): string {
  const here = import.meta.url;
  const isSource = here.endsWith('.ts');
  const base = isSource ? here.replace('/agent/src/', '/agent/dist/') : here;
  return fileURLToPath(new URL('./heartbeat-process.js', base));
}
