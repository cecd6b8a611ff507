/** Refuses orders that a runner cannot carry out as it is configured. */
import {
  isHostAllowed,
  type NetworkHost,
  parseNetworkHost,
} from '@novacron/contract/automation/network-host';
import type { RunnerCapability, RunnerOrder } from '@novacron/contract/automation/runner';
import type { Isolation } from './isolation/isolate.ts';
import type { StepEndpoint } from './network/step-endpoint.ts';

const MIB = 1_048_576;

/** What a runner lets steps use. */
interface Allowed {
  readonly capabilities: readonly RunnerCapability[];
  readonly isolation: Pick<Isolation, 'network' | 'scratchMib'>;
  readonly hosts?: readonly NetworkHost[] | undefined;
  readonly endpoint?: StepEndpoint | undefined;
}

/** Whether steps with a token reach the server. */
export function canCallServer({ endpoint, hosts, isolation }: Allowed): boolean {
  return endpoint !== undefined && (hosts !== undefined || isolation.network === 'open');
}

/** Explains why a runner does not carry out an order; undefined where it does. */
export function refuseOrder(allowed: Allowed, order: RunnerOrder): string | undefined {
  const [program = ''] = order.words;
  if (program === '' || program.includes('=')) {
    return `The program of ${order.step} has no name, or one with "=", which is none.`;
  }
  if (order.token !== undefined && !canCallServer(allowed)) {
    return `The step ${order.step} calls the server, and this runner has no --endpoint.`;
  }
  if (order.ansible !== undefined && !allowed.capabilities.includes('ansible')) {
    return `This runner runs no playbooks of Ansible.`;
  }
  return refuseHosts(allowed, order) ?? refuseArtifacts(allowed, order);
}

/**
 * Explains why a step may not use the hosts that it names; with the network `open` it reaches them.
 */
function refuseHosts(
  { hosts: rules, isolation }: Allowed,
  { step, hosts = [] }: RunnerOrder,
): string | undefined {
  if (hosts.length === 0 || isolation.network === 'open') return undefined;
  if (rules === undefined) {
    const remedy = 'start it with --network hosts';
    return `The step ${step} names hosts, and steps of this runner reach none: ${remedy}.`;
  }
  const refused = hosts.filter((text) => {
    const host = parseNetworkHost(text, 'step');
    return !host.ok || !isHostAllowed(host.value, rules);
  });
  if (refused.length === 0) return undefined;
  return `The step ${step} may not reach ${refused.join(', ')}: its --allow-host has no such host.`;
}

/** Explains why a step cannot have what it loads: its files are in memory, which has a limit. */
function refuseArtifacts(
  { isolation: { scratchMib } }: Allowed,
  { step, artifacts }: RunnerOrder,
): string | undefined {
  const bytes = (artifacts?.load ?? []).reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= scratchMib * MIB) return undefined;
  return (
    `The artifacts that ${step} loads have ${Math.ceil(bytes / MIB)} MiB, and its files may have ` +
    `${scratchMib} MiB: start the runner with a higher --scratch-mb.`
  );
}
