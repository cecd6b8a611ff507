/** The heart of an agent: says that it is alive, and keeps the lease that servers renew. */
import type { Bus } from '@novacron/bus/bus';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { bootMs } from '@novacron/runtime/clock';
import type { Heartbeats } from './heartbeats.ts';
import { keepLease, type LeaseOptions } from './keep-lease.ts';
import { type Beats, sendBeats } from './send-beats.ts';

/** What a heart needs. */
export interface HeartbeatOptions extends LeaseOptions {
  readonly bus: Bus;
  /** What is said of the node each time. */
  readonly announcement: () => AgentAnnouncement;
  readonly node: string;
  readonly incarnation: string;
  /** The process that sends the heartbeats; this one when absent. */
  readonly heartbeats?: Heartbeats | undefined;
}

/** A heart that beats. */
export interface Heartbeat {
  /** Beats once more without waiting: what is announced has changed. */
  readonly beatNow: () => void;
  /** Notices at once that the lease has run out, such as while the host was suspended. */
  readonly checkLease: () => void;
  readonly stop: () => void;
}

/** Starts it: beats at once and then at its period. */
export function startHeartbeat(parts: HeartbeatOptions): Heartbeat {
  const lease = keepLease(parts);
  const { heartbeats = heartbeatsHere(parts), node, incarnation, announcement } = parts;
  const beats = heartbeats.start({ node, incarnation, announcement, onRenewal: lease.renew });
  return {
    beatNow: beats.beatNow,
    checkLease: lease.check,
    stop: () => {
      beats.stop();
      lease.stop();
    },
  };
}

/** Heartbeats that the event loop of the agent sends itself, on its own connection. */
function heartbeatsHere({ bus, clock, timers, known }: HeartbeatOptions): Heartbeats {
  return {
    start: ({ node, incarnation, announcement, onRenewal }) => {
      let beats: Beats | undefined;
      // A renewal may come at once.
      const leave = bus.subscribe(leaseSubject(node), (message) => beats?.hear(message));
      const own = sendBeats({
        publish: (message) => bus.publish(announceSubject(node), message),
        timers,
        bootMs: () => bootMs(clock),
        incarnation,
        announcement,
        has: known.has,
        onRenewal,
      });
      beats = own;
      return {
        beatNow: own.beatNow,
        stop: () => {
          leave();
          own.stop();
        },
      };
    },
  };
}
