/**
 * Guards the VMs of one node that are stopped when no server is heard. It knows which VMs servers
 * may believe to be guarded, and until when they may run. No schemas and no disk here.
 */

/**
 * Time before the end of the lease at which guests are killed: their last writes have to end, and
 * their processes with them. Unit: ms.
 */
export const KILL_MS = 3_000;

/** A watchdog counts in seconds, and so may round. Unit: ms. */
const WATCHDOG_STEP_MS = 1_000;

/** Result of killing VMs. */
export interface KilledVms {
  /** Those that ran until now. */
  readonly killed: readonly string[];
  /** Those of which something still runs. */
  readonly alive: readonly string[];
}

/** State of a guard when its process ended. */
export interface GuardState {
  readonly vms: readonly string[];
  readonly endsAtMs: number;
}

/** Dependencies of a guard. */
export interface GuardParts {
  /** The VMs run no more so long after the last heartbeat that was stored. Unit: ms. */
  readonly leaseMs: number;
  /** A clock that also runs while the host is suspended. Unit: ms. */
  readonly bootMs: () => number;
  /** Kills what still runs of these VMs. */
  readonly kill: (vms: ReadonlySet<string>) => KilledVms;
  /** Hears which VMs were killed. */
  readonly onKilled: (vms: readonly string[]) => void;
  /** State of the previous process; undefined: there was none. */
  readonly before?: GuardState | undefined;
}

/** Result of a guard's check. */
export interface GuardLook {
  /** `idle`: servers believe nothing to be guarded; `expired`: nothing guarded may run. */
  readonly state: 'idle' | 'guards' | 'expired';
  /** Whether the host may run on for the time of the watchdog, and for how long. */
  readonly mayPet: (timeoutMs: number) => boolean;
}

/** A guard. */
export interface IsolationGuard {
  /** A heartbeat that says that these VMs are guarded is sent now. */
  readonly sent: (beat: number, atMs: number, vms: readonly string[]) => void;
  /** A server has stored this heartbeat, and none that was sent before is stored after it. */
  readonly stored: (beat: number) => void;
  /** Looks at the clock, and kills when the lease is over. */
  readonly look: () => GuardLook;
  /** Kills what is guarded before that, and goes on doing it. */
  readonly expire: () => void;
  /** Returns the state that the next process must know. */
  readonly state: () => GuardState | undefined;
}

interface Sent {
  readonly beat: number;
  readonly atMs: number;
  readonly vms: readonly string[];
}

/**
 * Starts it. A VM is guarded from the heartbeat that first says so until one is stored that does
 * not: in between a server may believe it.
 */
export function createIsolationGuard(parts: GuardParts): IsolationGuard {
  const { leaseMs, bootMs, kill, onKilled, before } = parts;
  /** Heartbeats since the last one that is known to be stored, which is the first. */
  let sent: Sent[] = [];
  /** Guarded by heartbeats that are forgotten. */
  let earlier: ReadonlySet<string> = new Set(before?.vms);
  let guarded: ReadonlySet<string> = earlier;
  let endsAtMs = before?.endsAtMs ?? Number.NEGATIVE_INFINITY;

  function count(): void {
    guarded = new Set([...earlier, ...[...new Set(sent.map(({ vms }) => vms))].flat()]);
  }

  /** Forgets heartbeats too old to extend the lease. */
  function forgetOld(nowMs: number): void {
    const [first] = sent;
    if (first === undefined || nowMs - first.atMs < leaseMs) return;
    const old = sent.filter(({ atMs }) => nowMs - atMs >= leaseMs);
    earlier = new Set([...earlier, ...[...new Set(old.map(({ vms }) => vms))].flat()]);
    sent = sent.slice(old.length);
  }

  function lookExpired(): GuardLook {
    const { killed, alive } = kill(guarded);
    if (killed.length > 0) onKilled(killed);
    return { state: 'expired', mayPet: () => alive.length === 0 };
  }

  return {
    sent: (beat, atMs, vms) => {
      if (guarded.size === 0 && vms.length > 0) endsAtMs = atMs + leaseMs;
      forgetOld(atMs);
      const isNew = sent.at(-1)?.vms !== vms;
      sent.push({ beat, atMs, vms });
      if (isNew) count();
    },
    stored: (beat) => {
      const at = sent.findIndex((each) => each.beat === beat);
      const found = sent[at];
      if (found === undefined) return;
      const isNew = earlier.size > 0 || sent.some(({ vms }) => vms !== found.vms);
      sent = sent.slice(at);
      earlier = new Set();
      if (isNew) count();
      endsAtMs = Math.max(endsAtMs, found.atMs + leaseMs);
    },
    look: () => {
      if (guarded.size === 0) return { state: 'idle', mayPet: () => true };
      const nowMs = bootMs();
      if (nowMs >= endsAtMs - KILL_MS) return lookExpired();
      return {
        state: 'guards',
        mayPet: (timeoutMs) => nowMs + timeoutMs + WATCHDOG_STEP_MS <= endsAtMs,
      };
    },
    expire: () => {
      endsAtMs = Math.min(endsAtMs, bootMs());
    },
    state: () => (guarded.size === 0 ? undefined : { vms: [...guarded].sort(), endsAtMs }),
  };
}
