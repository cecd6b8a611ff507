/**
 * Features of messages that an agent's servers know: it sends nothing that one of them does not
 * know.
 */
import { AgentFeature } from '@novacron/contract/agent/agent-announcement';
import type { Timers } from '@novacron/runtime/timers';

/**
 * Time for which a heard server counts. Servers of another control plane announce themselves every
 * 20 s; servers of its own acknowledge every heartbeat they receive. Unit: ms.
 */
export const HEARD_MS = 45_000;

/** Features known to all recently heard servers; none before the first server. */
export interface KnownFeatures {
  /** Takes note of a renewal. @param knows - absent in servers that know nothing new */
  readonly hear: (knows: readonly string[] | undefined) => void;
  readonly has: (feature: AgentFeature) => boolean;
  readonly stop: () => void;
}

/**
 * Counts for each feature the servers that lack it. Renewals do not say which server sends them,
 * and none has to: a feature is known when some were heard lately and all of them knew it.
 */
export function createKnownFeatures(timers: Timers): KnownFeatures {
  /** The ends of what was heard last of each kind: of any server, and of one without a feature. */
  const expiries = new Map<'anything' | AgentFeature, () => void>();

  function note(what: 'anything' | AgentFeature): void {
    expiries.get(what)?.();
    expiries.set(
      what,
      timers.after(HEARD_MS, () => expiries.delete(what)),
    );
  }

  return {
    hear: (knows = []) => {
      note('anything');
      for (const feature of AgentFeature.options) if (!knows.includes(feature)) note(feature);
    },
    has: (feature) => expiries.has('anything') && !expiries.has(feature),
    stop: () => {
      for (const cancel of expiries.values()) cancel();
      expiries.clear();
    },
  };
}
