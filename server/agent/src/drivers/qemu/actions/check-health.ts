/** Checks once whether the guest of a machine serves: changes nothing, and waits for no action. */
import type { HealthAnswer, HealthProbe } from '@novacron/contract/agent/health-query';
import type { VmId } from '@novacron/contract/ids';
import { maskPaths } from '../../mask-host-details.ts';
import { QemuTrouble, reasonOf } from '../files/trouble.ts';
import { probeHttp } from '../guest/probe-http.ts';
import { PORT_WORDS, probePort } from '../guest/probe-port.ts';
import { runInGuest } from '../guest/run-in-guest.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import { observe, type QemuNode } from '../machine/qemu-node.ts';
import { gatewayAddressOf } from '../network/plan-networks.ts';

/** More of what a program says helps no one. Unit: characters. */
const WORDS_LENGTH_MAX = 200;

/** Checks it. A guest without an answer has failed; what the node cannot see is `unknown`. */
export async function checkHealth(
  node: QemuNode,
  vmId: VmId,
  { probe, timeoutMs }: { readonly probe: HealthProbe; readonly timeoutMs: number },
): Promise<HealthAnswer> {
  const machine = await observe(node, vmId);
  if (machine.status === 'stopped') return unknown('the machine is stopped');
  if (machine.paused === true) return unknown('the machine is paused');
  if (probe.kind === 'command') {
    return answer(await checkCommand(node, vmId, { command: probe.command, timeoutMs }));
  }
  const { network } = machine.spec;
  const host = network?.ip_address;
  if (node.networks === undefined) {
    return unknown('interfaces are in user mode on this node, which reaches no guest');
  }
  if (network === null || host === undefined) return unknown('the machine has no address');
  const place = { host, localAddress: gatewayAddressOf(network.cidr) };
  if (probe.kind === 'http') {
    const beganMs = performance.now();
    const seen = await probeHttp({ ...place, ...probe, timeoutMs });
    if (seen === undefined) return { kind: 'passed', answer_ms: performance.now() - beganMs };
    return answer(`${host}:${probe.port} ${seen}`);
  }
  const state = await probePort(place, probe.port, timeoutMs);
  return answer(state === 'open' ? undefined : `${host}:${probe.port} ${PORT_WORDS[state]}`);
}

/** @returns undefined where it passed; otherwise what was seen */
async function checkCommand(
  node: QemuNode,
  vmId: VmId,
  { command, timeoutMs }: { readonly command: readonly string[]; readonly timeoutMs: number },
): Promise<string | undefined> {
  const { guestAgentSocket } = node.places.files(vmId);
  const name = command[0] ?? '';
  try {
    const run = await talkToGuest(guestAgentSocket, (agent) =>
      runInGuest(agent, command, timeoutMs),
    );
    if (run === undefined) return `${name} has not ended within ${timeoutMs} ms`;
    if (run.exitCode === 0) return undefined;
    const said = (run.errorOutput || run.output).slice(0, WORDS_LENGTH_MAX);
    const how = run.exitCode === undefined ? 'was ended by a signal' : `ended with ${run.exitCode}`;
    return said === '' ? `${name} ${how}` : `${name} ${how}: ${said}`;
  } catch (cause) {
    if (cause instanceof QemuTrouble) return maskPaths(reasonOf(cause));
    throw cause;
  }
}

function answer(seen: string | undefined): HealthAnswer {
  return seen === undefined ? { kind: 'passed' } : { kind: 'failed', seen };
}

function unknown(reason: string): HealthAnswer {
  return { kind: 'unknown', reason };
}
