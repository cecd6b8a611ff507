/** Looks once whether the guest of a machine is ready: changes nothing, and waits for no action. */

import type { GuestAnswer, GuestConditions } from '@novacron/contract/agent/guest-check';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { canonicalAddress } from '@novacron/contract/formats/canonical-address';
import type { VmId } from '@novacron/contract/ids';
import { maskPaths } from '../../mask-host-details.ts';
import { finalTrouble, QemuTrouble, reasonOf } from '../files/trouble.ts';
import { readCloudInitState } from '../guest/ask-guest-agent.ts';
import type { GuestAgent } from '../guest/guest-agent.ts';
import { type GuestPlace, PORT_WORDS, probePort } from '../guest/probe-port.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import { observe, type QemuNode } from '../machine/qemu-node.ts';
import { gatewayAddressOf } from '../network/plan-networks.ts';

type Waiting = Extract<GuestAnswer, { readonly kind: 'waiting' }>;

/**
 * Looks at the conditions in their order; the first that does not hold is the answer. A guest that
 * is ready has the addresses that it reports now, which are read once.
 */
export async function checkGuest(
  node: QemuNode,
  vmId: VmId,
  conditions: GuestConditions,
  askAddresses: AskAddresses,
): Promise<GuestAnswer> {
  const machine = await observe(node, vmId);
  if (machine.status === 'stopped') {
    node.statusRuns.delete(vmId);
    return { kind: 'stopped', stop_reason: machine.stop_reason ?? 'unknown' };
  }
  const { agent, ip, port, cloud_init } = conditions;
  const place = placeOf(machine.spec);
  const { guestAgentSocket } = node.places.files(vmId);
  const talk = <T>(use: (agent: GuestAgent) => Promise<T>) => talkToGuest(guestAgentSocket, use);
  let asking: ReturnType<AskAddresses> | undefined;
  const ask = (): ReturnType<AskAddresses> => {
    asking ??= askAddresses();
    return asking;
  };
  const waiting =
    (agent === undefined ? undefined : await checkAgent(talk)) ??
    (ip === undefined ? undefined : await checkAddress(node, place, ask)) ??
    (port === undefined ? undefined : await checkPort(node, place, port));
  if (waiting !== undefined) return waiting;
  const answer: GuestAnswer =
    cloud_init === undefined ? { kind: 'ready' } : await checkCloudInit(node, vmId, talk);
  // One whose port alone is looked at may have no guest agent to ask.
  if (answer.kind !== 'ready' || (agent ?? ip ?? cloud_init) === undefined) return answer;
  // The server stores them with the end of its wait, and inspections have to agree.
  const addresses = await ask().catch(() => undefined);
  return addresses === undefined ? answer : { ...answer, guest_ip_addresses: [...addresses] };
}

/** Asks the guest for its addresses; throws where it does not answer. */
type AskAddresses = () => Promise<readonly string[]>;

function placeOf({ network }: Pick<MachineSpec, 'network'>): GuestPlace | undefined {
  if (network?.ip_address === undefined) return undefined;
  return { host: network.ip_address, localAddress: gatewayAddressOf(network.cidr) };
}

type Talk = <T>(use: (agent: GuestAgent) => Promise<T>) => Promise<T>;

/** Explains why the guest agent does not answer; throws permanent errors. */
function seenOf(cause: unknown): string {
  if (cause instanceof QemuTrouble && cause.next === 'retry') return maskPaths(reasonOf(cause));
  throw cause;
}

async function checkAgent(talk: Talk): Promise<Waiting | undefined> {
  try {
    await talk((agent) => agent.execute('guest-ping'));
    return undefined;
  } catch (cause) {
    return { kind: 'waiting', condition: 'agent', seen: seenOf(cause) };
  }
}

/** Closed in nearly every guest: one that refuses uses the address. */
const PORT_DISCARD = 9;

/** The agent reports the address; without one, a guest on a bridge answers at it. */
async function checkAddress(
  node: QemuNode,
  place: GuestPlace | undefined,
  ask: AskAddresses,
): Promise<Waiting | undefined> {
  if (place === undefined) throw finalTrouble('The machine has no address.');
  const { host: address } = place;
  let seen: string;
  try {
    const found = await ask();
    if (found.some((each) => canonicalAddress(each) === canonicalAddress(address))) {
      return undefined;
    }
    seen = `the guest reports ${found.join(', ') || 'no address'}, not ${address}`;
  } catch (cause) {
    seen = cause instanceof QemuTrouble ? maskPaths(reasonOf(cause)) : seenOf(cause);
  }
  if (node.networks !== undefined) {
    const state = await probePort(place, PORT_DISCARD);
    if (state === 'open' || state === 'refused') return undefined;
    seen = `${seen}; ${address} does not answer`;
  }
  return { kind: 'waiting', condition: 'ip', seen };
}

async function checkPort(
  node: QemuNode,
  place: GuestPlace | undefined,
  port: number,
): Promise<Waiting | undefined> {
  if (node.networks === undefined) {
    throw finalTrouble('Interfaces are in user mode on this node, which reaches no guest.');
  }
  if (place === undefined) throw finalTrouble('The machine has no address.');
  const { host: address } = place;
  const state = await probePort(place, port);
  if (state === 'open') return undefined;
  return { kind: 'waiting', condition: 'port', seen: `${address} ${PORT_WORDS[state]}` };
}

async function checkCloudInit(
  { statusRuns }: Pick<QemuNode, 'statusRuns'>,
  vmId: VmId,
  talk: Talk,
): Promise<GuestAnswer> {
  try {
    const state = await talk((agent) => readCloudInitState(agent, statusRuns.get(vmId)));
    if (state.kind === 'unanswered') statusRuns.set(vmId, state.pid);
    else statusRuns.delete(vmId);
    switch (state.kind) {
      case 'done':
        return { kind: 'ready' };
      case 'unanswered':
        return {
          kind: 'waiting',
          condition: 'cloud_init',
          seen: 'cloud-init does not say its status yet',
        };
      case 'running':
        return { kind: 'waiting', condition: 'cloud_init', seen: state.seen };
      case 'error':
        return { kind: 'failed', message: state.message };
    }
  } catch (cause) {
    return { kind: 'waiting', condition: 'cloud_init', seen: seenOf(cause) };
  }
}
