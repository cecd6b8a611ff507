/** Whether a simulated guest is ready: it boots as long as its node says, and has no network. */
import {
  type GuestAnswer,
  GuestCondition,
  type GuestConditions,
} from '@novacron/contract/agent/guest-check';
import type { HealthAnswer, HealthProbe } from '@novacron/contract/agent/health-query';
import type { FaultKind } from './faults.ts';
import { type SimulatedMachine, shortageOf } from './machine-store.ts';

/** Boot time of a guest if its node does not specify it. Unit: ms. */
export const GUEST_BOOT_MS = 2_000;

/** Inputs of a guest check. */
export interface SimulatedGuest {
  readonly machine: SimulatedMachine | undefined;
  /** Unit: ms. */
  readonly bootMs: number;
  /** `fail-retry`: it is not ready; `fail-final`: its cloud-init has failed. */
  readonly fault: FaultKind | undefined;
  readonly nowMs: number;
}

/** Looks at a guest. Pure. */
export function checkSimulatedGuest(
  { machine, bootMs, fault, nowMs }: SimulatedGuest,
  conditions: GuestConditions,
): GuestAnswer {
  if (machine === undefined) return { kind: 'failed', message: 'The machine is not on this node.' };
  if (machine.status === 'stopped') {
    return { kind: 'stopped', stop_reason: machine.stop_reason ?? 'unknown' };
  }
  if (fault === 'fail-final') {
    return { kind: 'failed', message: 'cloud-init has failed: failed on demand' };
  }
  const isReady = machine.paused !== true && fault === undefined;
  if (isReady && hasBooted(machine, bootMs, nowMs)) {
    return { kind: 'ready', guest_ip_addresses: addressesIn(machine) };
  }
  const condition = GuestCondition.options.find((name) => conditions[name] !== undefined);
  return { kind: 'waiting', condition: condition ?? 'agent', seen: seenOf(machine) };
}

/** Time that a simulated guest takes to answer. Unit: ms. */
const ANSWER_MS = 20;

/** Inputs of a health check. */
interface HealthCheck extends Pick<SimulatedGuest, 'bootMs' | 'nowMs'> {
  readonly probe: HealthProbe['kind'];
}

/** Checks the health of a guest: it serves once it has booted, unless it hangs. Pure. */
export function checkSimulatedHealth(
  machine: SimulatedMachine | undefined,
  { bootMs, nowMs, probe }: HealthCheck,
): HealthAnswer {
  if (machine === undefined) return { kind: 'unknown', reason: 'the machine is not on this node' };
  if (machine.status === 'stopped') return { kind: 'unknown', reason: 'the machine is stopped' };
  if (machine.paused === true) return { kind: 'unknown', reason: 'the machine is paused' };
  if (!hasBooted(machine, bootMs, nowMs)) return { kind: 'failed', seen: seenOf(machine) };
  const hangs = machine.hung_at_ms !== undefined && machine.hung_at_ms === machine.started_at_ms;
  if (hangs) return { kind: 'failed', seen: 'the simulated guest hangs' };
  if (machine.service === 'down') return { kind: 'failed', seen: 'the simulated service is down' };
  const { memory, cpu } = shortageOf(machine);
  if (!memory && !cpu && probe === 'http') return { kind: 'passed', answer_ms: ANSWER_MS };
  if (!memory && !cpu) return { kind: 'passed' };
  return { kind: 'failed', seen: `the simulated guest has no ${memory ? 'memory' : 'CPU'} left` };
}

function hasBooted({ started_at_ms }: SimulatedMachine, bootMs: number, nowMs: number): boolean {
  return nowMs - (started_at_ms ?? 0) >= bootMs;
}

/**
 * Adds what the guest of a machine reports once it has booted: what it was assigned.
 * Pure.
 */
export function withGuestAddresses(
  machine: SimulatedMachine,
  { bootMs, nowMs }: Pick<SimulatedGuest, 'bootMs' | 'nowMs'>,
): SimulatedMachine {
  if (machine.status !== 'running' || !hasBooted(machine, bootMs, nowMs)) return machine;
  return { ...machine, guest_ip_addresses: addressesIn(machine) };
}

function addressesIn({ spec: { network, further_networks: further = [] } }: SimulatedMachine) {
  return [network, ...further].flatMap((each) => each?.ip_address ?? []);
}

function seenOf({ paused }: SimulatedMachine): string {
  return paused === true ? 'the VM is paused' : 'the simulated guest boots';
}
