/**
 * Keeps the lease that servers renew by acknowledging heartbeats.
 * Source of the idea: leases (Gray and Cheriton, 1989, "Leases: an efficient fault-tolerant
 * mechanism for distributed file cache consistency").
 */
import { LeaseRenewal } from '@novacron/contract/agent/agent-announcement';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import type { JsonObject } from '@novacron/contract/json';
import { bootMs, type Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { KnownFeatures } from './known-features.ts';
import { LEASE_MS } from './send-beats.ts';

/** Dependencies of a lease. */
export interface LeaseOptions {
  /** Its time passes while the host is suspended, too. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** Features known to all recently heard servers. */
  readonly known: KnownFeatures;
  /** Whether the sender of a renewal is the control plane that the agent follows. */
  readonly isFollowed: (claim: LeaseRenewal['control_plane']) => Promise<boolean>;
  /** Receives a network map, from a control plane that the agent follows. */
  readonly onNetworkMap?: (map: NetworkMap) => void;
  /** Hears each renewal of a control plane that the agent follows, late ones included. */
  readonly onAccepted?: (renewal: LeaseRenewal) => void;
  /** Hears that the lease has run out, and that it holds again. */
  readonly onLease: (state: 'held' | 'expired') => void;
}

/** A lease. */
export interface Lease {
  /** Takes a renewal. @param sentAtMs - when its heartbeat was sent; undefined: long ago */
  readonly renew: (message: JsonObject, sentAtMs: number | undefined) => void;
  /** Notices at once that it has run out, such as while the host was suspended. */
  readonly check: () => void;
  readonly stop: () => void;
}

/**
 * Starts without a lease: before the first acknowledgement there is none that could run out. Its
 * time is that of a clock that is never set.
 */
export function keepLease(parts: LeaseOptions): Lease {
  const { clock, timers, known, isFollowed, onNetworkMap, onAccepted, onLease } = parts;
  let acknowledged = 0;
  let endsAtMs = Number.NEGATIVE_INFINITY;
  let lease: 'none' | 'held' | 'expired' = 'none';
  let cancelEnd = (): void => {};
  let isStopped = false;

  function turn(state: 'held' | 'expired'): void {
    const before = lease;
    lease = state;
    if (before !== state && before !== 'none') onLease(state);
  }

  function check(): void {
    if (lease !== 'held' || isStopped) return;
    cancelEnd();
    const leftMs = endsAtMs - bootMs(clock);
    if (leftMs > 0) cancelEnd = timers.after(leftMs, check);
    else turn('expired');
  }

  async function take(renewal: LeaseRenewal, sentAtMs: number | undefined): Promise<void> {
    const { beat: number, control_plane: claim, network_map: map } = renewal;
    if (!(await isFollowed(claim)) || isStopped) return;
    onAccepted?.(renewal);
    // A map of an earlier beat may be older than one that was taken since.
    if (map !== undefined && number > acknowledged) onNetworkMap?.(map);
    // What comes late or out of order cannot make the lease longer.
    if (number <= acknowledged || sentAtMs === undefined) return;
    if (bootMs(clock) - sentAtMs >= LEASE_MS) return;
    acknowledged = number;
    endsAtMs = sentAtMs + LEASE_MS;
    turn('held');
    check();
  }

  return {
    renew: (message, sentAtMs) => {
      const renewal = LeaseRenewal.safeParse(message);
      if (!renewal.success) return;
      known.hear(renewal.data.knows);
      if (renewal.data.wants === undefined) void take(renewal.data, sentAtMs);
    },
    check,
    stop: () => {
      isStopped = true;
      cancelEnd();
    },
  };
}
