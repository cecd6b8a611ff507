/** Removes from messages any fields that a server does not know. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import type { Machine } from '@novacron/contract/agent/machine';
import type { KnownFeatures } from '../presence/known-features.ts';

type Known = Pick<KnownFeatures, 'has'>;

/** A machine for an inspection. */
export function forServers(machine: Machine, known: Known): Machine {
  const { stop_reason, guest_ip_addresses, foreign_devices, ...others } = machine;
  return {
    ...others,
    ...(stop_reason === undefined || !known.has('stop-reason')
      ? {}
      : { stop_reason: reasonFor(stop_reason, known) }),
    ...(guest_ip_addresses === undefined || !known.has('guest-addresses')
      ? {}
      : { guest_ip_addresses }),
    ...(foreign_devices === undefined || !known.has('foreign-devices') ? {} : { foreign_devices }),
  };
}

/** An outcome for a completion, or for the answer to a question. */
export function outcomeForServers(outcome: CommandOutcome, known: Known): CommandOutcome {
  if (outcome.kind !== 'succeeded' || outcome.machine === null) return outcome;
  return { ...outcome, machine: forServers(outcome.machine, known) };
}

function reasonFor(reason: NonNullable<Machine['stop_reason']> | null, known: Known) {
  return reason === 'isolated' && !known.has('isolation') ? 'unknown' : reason;
}
