/**
 * Keeps VMs off nodes that connect a network with overlapping addresses. Networks of one tenant
 * never overlap, those of different tenants may; a node routes by address, so it connects one of
 * them.
 */
import { type Cidr, overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NetworkAddressRow } from '../../../ports/tables/network-address-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { NetworkRow } from '../../../ports/tables/tables.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { PlacementDeps } from '../deps.ts';

/** Facts that decide on clashes: networks that overlap, and the nodes of their VMs. */
export interface ClashFacts {
  /** Ids of networks, by the id of one that overlaps them. */
  readonly overlapping: ReadonlyMap<string, readonly string[]>;
  /** The networks of the VMs, by their ids. */
  readonly own: ReadonlyMap<string, Pick<NetworkRow, 'name'>>;
  /** Addresses in the networks that overlap. */
  readonly addresses: readonly Pick<NetworkAddressRow, 'network_id' | 'vm_id'>[];
  /** Allocations of the VMs that have those addresses. */
  readonly allocations: readonly Pick<AllocationRow, 'vm_id' | 'node_id'>[];
  readonly nodes: readonly Pick<NodeRow, 'id' | 'name' | 'capabilities_json'>[];
}

/** The asks of VMs of one tenant, with the nodes that cannot connect their networks excluded. */
export async function excludeClashes(
  { store }: Pick<PlacementDeps, 'store'>,
  tenantId: string,
  specs: readonly VmSpec[],
  asks: readonly PlacementRequest[],
): Promise<readonly PlacementRequest[]> {
  const ids = [...new Set(specs.flatMap(networkIdsOf))];
  if (ids.length === 0) return asks;
  const [networks, others] = await Promise.all([
    store.read({ from: 'networks', where: { id: { in: ids } } }),
    store.read({ from: 'networks', where: { tenant_id: { not: tenantId } } }),
  ]);
  const overlapping = findOverlaps(networks, others);
  if (overlapping.size === 0) return asks;
  const taken = [...new Set([...overlapping.values()].flat())];
  const { addresses, nodes } = await store.snapshot({
    addresses: { from: 'network_addresses', where: { network_id: { in: taken } } },
    nodes: { from: 'nodes' },
  });
  const vms = [...new Set(addresses.map(({ vm_id }) => vm_id))];
  const allocations = await store.read({ from: 'allocations', where: { vm_id: { in: vms } } });
  const own = new Map<string, NetworkRow>(networks.map((row) => [row.id, row]));
  const facts = { overlapping, own, addresses, allocations, nodes };
  return asks.map((ask, at) => {
    const spec = specs[at];
    return spec === undefined ? ask : withExclusions(ask, networkIdsOf(spec), facts);
  });
}

/** An ask without the nodes on which one of its networks clashes. Pure. */
export function withExclusions(
  ask: PlacementRequest,
  networkIds: readonly string[],
  facts: ClashFacts,
): PlacementRequest {
  const exclusions: Record<string, string> = {};
  for (const id of networkIds) {
    const clashing = new Set(facts.overlapping.get(id) ?? []);
    const vms = new Set(
      facts.addresses
        .filter(({ network_id }) => clashing.has(network_id))
        .map(({ vm_id }) => vm_id),
    );
    const nodeIds = new Set(
      facts.allocations.filter(({ vm_id }) => vms.has(vm_id)).map(({ node_id }) => node_id),
    );
    for (const node of facts.nodes) {
      if (!nodeIds.has(node.id) || !connects(node)) continue;
      const name = facts.own.get(id)?.name ?? id;
      // Not whose they are: networks of other tenants are none of the caller's business.
      exclusions[node.name] =
        `cannot connect the network ${name}: addresses of its block are in use`;
    }
  }
  const names = Object.keys(exclusions);
  if (names.length === 0) return ask;
  const excludeNodes = [...new Set([...(ask.constraints.excludeNodes ?? []), ...names])];
  return { ...ask, constraints: { ...ask.constraints, excludeNodes, exclusions } };
}

function findOverlaps(
  networks: readonly NetworkRow[],
  others: readonly NetworkRow[],
): ReadonlyMap<string, readonly string[]> {
  const blocks = others.flatMap((row) => {
    const block = blockOf(row);
    return block === undefined ? [] : [{ id: row.id, block }];
  });
  const found = new Map<string, readonly string[]>();
  for (const network of networks) {
    const own = blockOf(network);
    if (own === undefined) continue;
    const ids = blocks.filter(({ block }) => overlaps(own, block)).map(({ id }) => id);
    if (ids.length > 0) found.set(network.id, ids);
  }
  return found;
}

/** Undefined for a damaged row. */
function blockOf(row: NetworkRow): Cidr | undefined {
  const { cidr } = desiredIfReadable(row);
  const block = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  return block?.ok ? block.value : undefined;
}

/**
 * Reports whether a node routes between networks: it does not if interfaces are in user mode or
 * simulated.
 */
function connects({ capabilities_json }: Pick<NodeRow, 'capabilities_json'>): boolean {
  // Written from what an agent announced; damaged ones are none.
  const said = parseStored<{ readonly networks?: string }>(capabilities_json);
  return said?.networks === 'yes';
}
