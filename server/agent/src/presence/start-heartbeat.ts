/**
 * The heart of an agent: says that it is alive, and keeps the lease that servers renew by
 * acknowledging what it says.
 * Source of the idea: leases (Gray and Cheriton, 1989, "Leases: an efficient fault-tolerant
 * mechanism for distributed file cache consistency").
 */
import type { Bus } from '@novacron/bus/bus';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent';
import { type AgentAnnouncement, LeaseRenewal } from '@novacron/contract/agent/agent-announcement';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import type { Timers } from '@novacron/runtime/timers';
import { createBeatComposer } from './compose-beat.ts';
import type { KnownFeatures } from './known-features.ts';

/** How often an agent says that it is alive. */
export const HEARTBEAT_MS = 1_000;

/** How long a heartbeat that was acknowledged counts: many of them may be missed. */
export const LEASE_MS = 20_000;

/** What a heart needs. */
export interface HeartbeatOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  /** What is said of the node each time. */
  readonly announcement: () => AgentAnnouncement;
  readonly node: string;
  readonly incarnation: string;
  /** What the servers know that were heard lately. */
  readonly known: KnownFeatures;
  /** Whether the sender of a renewal is the control plane that the agent follows. */
  readonly isFollowed: (claim: LeaseRenewal['control_plane']) => Promise<boolean>;
  /** Receives a network map, from a control plane that the agent follows. */
  readonly onNetworkMap?: (map: NetworkMap) => void;
  /** Hears that the lease has run out, and that it holds again. */
  readonly onLease: (state: 'held' | 'expired') => void;
}

/** A heart that beats. */
export interface Heartbeat {
  /** Beats once more without waiting: what is announced has changed. */
  readonly beatNow: () => void;
  readonly stop: () => void;
}

/**
 * Beats at once and then at its period. The time of a lease is counted by timers, because clocks
 * are set now and then. Before the first acknowledgement there is no lease that could run out.
 */
export function startHeartbeat(parts: HeartbeatOptions): Heartbeat {
  const { bus, timers, announcement, node, incarnation, known, isFollowed, onLease } = parts;
  const { onNetworkMap } = parts;
  const beats = createBeatComposer(announcement, known);
  /** The ends of what each beat is worth, if it is acknowledged. */
  const expiries = new Map<number, () => void>();
  let beat = 0;
  let acknowledged = 0;
  let lease: 'none' | 'held' | 'expired' = 'none';
  let cancelNext = (): void => {};
  let isStopped = false;

  function turn(state: 'held' | 'expired'): void {
    const before = lease;
    lease = state;
    if (before !== state && before !== 'none') onLease(state);
  }

  function expire(number: number): void {
    expiries.delete(number);
    if (number === acknowledged) turn('expired');
  }

  function sayBeat(how: 'as-known' | 'whole'): void {
    beat += 1;
    const number = beat;
    // Counted from before the sending, so that the lease never ends later than a server believes.
    expiries.set(
      number,
      timers.after(LEASE_MS, () => expire(number)),
    );
    // A server that did not acknowledge the last one may be of a release that knows no small ones.
    const isHeard = acknowledged === number - 1;
    const said = beats.compose(number, isHeard ? how : 'whole');
    // A small beat repeats what was announced, the period included.
    const period = 'announced' in said ? {} : { beat_ms: HEARTBEAT_MS };
    const head = { incarnation, beat: number, lease_ms: LEASE_MS };
    bus.publish(announceSubject(node), { ...said, ...head, ...period });
  }

  function beatOnce(): void {
    sayBeat('as-known');
    cancelNext = timers.after(HEARTBEAT_MS, beatOnce);
  }

  async function renew(renewal: LeaseRenewal): Promise<void> {
    const { beat: number, control_plane: claim, network_map: map } = renewal;
    if (!(await isFollowed(claim)) || isStopped) return;
    // A map of an earlier beat may be older than one that was taken since.
    if (map !== undefined && number > acknowledged) onNetworkMap?.(map);
    // What comes late or out of order cannot make the lease longer.
    if (number <= acknowledged || !expiries.has(number)) return;
    acknowledged = number;
    turn('held');
  }

  const leave = bus.subscribe(leaseSubject(node), (message) => {
    const renewal = LeaseRenewal.safeParse(message);
    if (!renewal.success || renewal.data.incarnation !== incarnation) return;
    known.hear(renewal.data.knows);
    if (renewal.data.wants === undefined) void renew(renewal.data);
    // Servers that ask for the same announcement at once share the answer.
    else if (beats.announcedIn() !== beat) sayBeat('whole');
  });
  beatOnce();
  return {
    beatNow: () => {
      cancelNext();
      beatOnce();
    },
    stop: () => {
      isStopped = true;
      leave();
      cancelNext();
      for (const cancel of expiries.values()) cancel();
    },
  };
}
