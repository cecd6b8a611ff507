/** The heart of an agent: says that it is alive, and keeps the lease that servers renew. */
import type { Bus } from '@novacron/bus/bus';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import { bootMs, type Clock } from '@novacron/runtime/clock';
import type { NodeGuard } from '../isolation/driver-isolation.ts';
import { createIsolationGuard, type IsolationGuard } from '../isolation/isolation-guard.ts';
import { type IsolationWatch, watchIsolation } from '../isolation/watch-isolation.ts';
import type { Heartbeats } from './heartbeats.ts';
import { keepLease, type LeaseOptions } from './keep-lease.ts';
import { type Beats, sendBeats } from './send-beats.ts';

/** Options of a heartbeat. */
export interface HeartbeatOptions extends LeaseOptions {
  readonly bus: Bus;
  /** Returns the node's announcement. */
  readonly announcement: () => AgentAnnouncement;
  readonly node: string;
  readonly incarnation: string;
  /** The process that sends the heartbeats; this one when absent. */
  readonly heartbeats?: Heartbeats | undefined;
  /** Settings for stopping VMs when the node is isolated; none are stopped when absent. */
  readonly guard?: NodeGuard | undefined;
}

/** A heart that beats. */
export interface Heartbeat {
  /** Beats once more without waiting: what is announced has changed. */
  readonly beatNow: () => void;
  /** Notices at once that the lease has run out, such as while the host was suspended. */
  readonly checkLease: () => void;
  /** @param how - `planned`: servers know that nothing is guarded any more */
  readonly stop: (how?: 'planned') => void;
}

/** Starts it: beats at once and then at its period. */
export function startHeartbeat(parts: HeartbeatOptions): Heartbeat {
  const { heartbeats = heartbeatsHere(parts), node, incarnation, announcement, guard } = parts;
  const lease = keepLease({
    ...parts,
    onAccepted: (renewal) => {
      parts.onAccepted?.(renewal);
      beats.accept(renewal);
    },
  });
  const onRenewal = lease.renew;
  const beats = heartbeats.start({ node, incarnation, announcement, guard, onRenewal });
  return {
    beatNow: beats.beatNow,
    checkLease: lease.check,
    stop: (how) => {
      beats.stop(how);
      lease.stop();
    },
  };
}

/** Heartbeats that the event loop of the agent sends itself, on its own connection. */
function heartbeatsHere({ bus, clock, timers, known }: HeartbeatOptions): Heartbeats {
  return {
    start: ({ node, incarnation, announcement, guard: order, onRenewal }) => {
      let beats: Beats | undefined;
      // A renewal may come at once.
      const leave = bus.subscribe(leaseSubject(node), (message) => beats?.hear(message));
      const guard = order === undefined ? undefined : guardHere(order, clock);
      const watch = guard === undefined ? undefined : watchHere(guard, { clock, timers });
      const own = sendBeats({
        publish: (message) => bus.publish(announceSubject(node), message),
        timers,
        bootMs: () => bootMs(clock),
        incarnation,
        announcement,
        has: known.has,
        onSend: (beat, atMs) => guard?.sent(beat, atMs, announcement().isolation_guard?.vms ?? []),
        onRenewal,
      });
      beats = own;
      return {
        beatNow: own.beatNow,
        accept: ({ stored_beat: beat }) => {
          if (beat !== undefined) guard?.stored(beat);
        },
        stop: (how) => {
          leave();
          own.stop();
          watch?.stop();
          if (how === 'planned') return;
          // As its watchdog would: no process guards them from now on.
          guard?.expire();
          guard?.look();
        },
      };
    },
  };
}

/** Creates a guard for guests without processes: the agent stops them itself. */
function guardHere({ leaseMs, kill, onKilled }: NodeGuard, clock: Clock): IsolationGuard {
  return createIsolationGuard({
    leaseMs,
    bootMs: () => bootMs(clock),
    kill: kill ?? (() => ({ killed: [], alive: [] })),
    onKilled,
  });
}

function watchHere(
  guard: IsolationGuard,
  { clock, timers }: Pick<HeartbeatOptions, 'clock' | 'timers'>,
): IsolationWatch {
  const watch = watchIsolation({
    timers,
    bootMs: () => bootMs(clock),
    open: undefined,
    readTimeoutMs: () => 0,
    onWatchdog: () => undefined,
  });
  watch.add(guard);
  return watch;
}
