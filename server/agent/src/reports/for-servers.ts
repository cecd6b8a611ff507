/** What servers get, without what one of them does not know. */
import type { CommandOutcome, Machine } from '@novacron/contract/agent/agent';
import type { KnownFeatures } from '../presence/known-features.ts';

type Known = Pick<KnownFeatures, 'has'>;

/** A machine for an inspection. */
export function forServers(machine: Machine, known: Known): Machine {
  if (known.has('stop-reason') || machine.stop_reason === undefined) return machine;
  const { stop_reason: _unknown, ...others } = machine;
  return others;
}

/** An outcome for a completion, or for the answer to a question. */
export function outcomeForServers(outcome: CommandOutcome, known: Known): CommandOutcome {
  if (outcome.kind !== 'succeeded' || outcome.machine === null) return outcome;
  return { ...outcome, machine: forServers(outcome.machine, known) };
}
