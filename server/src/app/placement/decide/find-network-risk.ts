/**
 * Finds VMs whose node connects no networks: their interfaces are in user mode there, where nothing
 * assigns the address and nothing enforces the firewall.
 */
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { PlacementDeps } from '../deps.ts';

interface VmOnNode {
  readonly spec: Pick<VmSpec, 'name' | 'network_id' | 'firewall_rules' | 'security_groups'>;
  /** Name of the node. */
  readonly node: string;
}

type Node = Pick<NodeRow, 'name' | 'driver' | 'capabilities_json'>;

/** A simulated hypervisor has no packets. */
const SIMULATOR = 'simulator';

/**
 * Says which VMs will not be connected as they ask, why, and what to do.
 * @returns undefined where there are none
 */
export function describeNetworkRisk(
  places: readonly VmOnNode[],
  nodes: readonly Node[],
): string | undefined {
  const apart = new Set(nodes.filter((node) => !connects(node)).map(({ name }) => name));
  const bound = places.filter(({ spec, node }) => apart.has(node) && needsNetwork(spec));
  const [first] = bound;
  if (first === undefined) return undefined;
  const others = bound.length === 1 ? '' : ` and ${bound.length - 1} more`;
  return (
    `The agent of ${first.node} connects no networks, so the interface of ${first.spec.name}` +
    `${others} will be in user mode: the guest gets another address than ip_address, other VMs ` +
    'do not reach it, and firewall rules and security groups have no effect. Run novacron agent ' +
    'doctor on the host to see what is missing, such as the privileges of root.'
  );
}

/** Same as {@link describeNetworkRisk}, with the nodes as they are stored. */
export async function readNetworkRisk(
  { store }: Pick<PlacementDeps, 'store'>,
  places: readonly VmOnNode[],
): Promise<string | undefined> {
  if (!places.some(({ spec }) => needsNetwork(spec))) return undefined;
  return describeNetworkRisk(places, await store.read({ from: 'nodes' }));
}

function needsNetwork({ network_id, firewall_rules, security_groups }: VmOnNode['spec']): boolean {
  const rules = [...(firewall_rules ?? []), ...(security_groups ?? [])];
  return network_id !== null || rules.length > 0;
}

function connects({ driver, capabilities_json }: Node): boolean {
  if (driver === SIMULATOR) return true;
  // Written from what an agent announced; damaged ones are none.
  const said = parseStored<Partial<AgentAnnouncement['capabilities']>>(capabilities_json);
  return said?.networks === 'yes';
}
