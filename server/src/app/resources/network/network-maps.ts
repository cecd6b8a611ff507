/**
 * The network map of each node: which other VMs are in the networks of its VMs, and where packets
 * to them are sent. Made from the store, for nodes whose agents connect networks.
 */
import { createHash } from 'node:crypto';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { MappedNetwork, NetworkMap } from '@novacron/contract/agent/network-map';
import { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { canonicalJson, JsonObject } from '@novacron/contract/json';
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import { z } from 'zod';
import type { Tables } from '../../../ports/tables/tables.ts';
import { desiredAs, desiredIfReadable, mapReadable } from '../../rows/answer-resource.ts';
import type { ResourceDeps } from '../deps.ts';

/** The rows that all maps are made from, of one moment. */
interface NetworkRows {
  readonly nodes: readonly Tables['nodes'][];
  readonly networks: readonly Tables['networks'][];
  readonly addresses: readonly Tables['network_addresses'][];
  readonly vms: readonly Tables['vms'][];
  readonly allocations: readonly Tables['allocations'][];
}

/** The maps of all nodes. */
export interface NetworkMaps {
  /** The map that an agent is sent; undefined where it has it, or connects no networks. */
  readonly mapFor: (announcement: AgentAnnouncement) => Promise<NetworkMap | undefined>;
}

/** Maximum age of cached rows: heartbeats of many nodes share one read. Unit: ms. */
const ROWS_MS_MAX = 1_000;

/** Opens them. */
export function createNetworkMaps({
  store,
  clock,
}: Pick<ResourceDeps, 'store' | 'clock'>): NetworkMaps {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let rows: Promise<NetworkRows> | undefined;

  function readRows(): Promise<NetworkRows> {
    const nowMs = clock.nowMs();
    if (rows !== undefined && nowMs - readAtMs < ROWS_MS_MAX) return rows;
    readAtMs = nowMs;
    const reading = store.snapshot({
      nodes: { from: 'nodes', where: {} },
      networks: { from: 'networks', where: {} },
      addresses: { from: 'network_addresses', where: {} },
      vms: { from: 'vms', where: {} },
      allocations: { from: 'allocations', where: {} },
    });
    // What failed is read again with the next heartbeat.
    reading.catch(() => {
      if (rows === reading) rows = undefined;
    });
    rows = reading;
    return reading;
  }

  return {
    mapFor: async ({ node, capabilities, network_map: known }) => {
      if (capabilities.networks !== 'yes') return undefined;
      const map = planNetworkMap(node, await readRows());
      return map.version === known ? undefined : map;
    },
  };
}

/** Makes the map of a node. Pure; its version names its content. */
export function planNetworkMap(node: string, rows: NetworkRows): NetworkMap {
  const tunnels = tunnelsOf(rows.nodes);
  const nodesByVm = groupNodes(rows);
  const vms = new Map<string, Tables['vms']>(rows.vms.map((vm) => [vm.id, vm]));
  // A VM that changes its network holds an address in both.
  const current = rows.addresses.filter(({ vm_id, network_id }) => {
    const vm = vms.get(vm_id);
    return (
      vm?.network_id === network_id || (vm !== undefined && furtherOf(vm).includes(network_id))
    );
  });
  const ids = current.filter(({ vm_id }) => nodesByVm.get(vm_id)?.has(node));
  const here = new Set(ids.map(({ network_id }) => network_id));
  const networks = mapReadable(
    rows.networks.filter(({ id }) => here.has(id)).sort(byId),
    (network): MappedNetwork => {
      const addresses = current.filter(({ network_id }) => network_id === network.id).sort(byId);
      const homes = new Set(addresses.flatMap(({ vm_id }) => [...(nodesByVm.get(vm_id) ?? [])]));
      return {
        network_id: network.id,
        dns_servers: desiredAs(network, NetworkSpec).dns_servers ?? [],
        peers: others(tunnels, node, (name) => homes.has(name)),
        members: addresses.flatMap(({ vm_id, ip_address }) => {
          const vm = vms.get(vm_id);
          return vm === undefined
            ? []
            : [{ vm_id, name: vm.name, ip_address, group_ids: groupsOf(vm) }];
        }),
      };
    },
  );
  const content = { tunnels: others(tunnels, node, () => true), networks };
  const text = canonicalJson(JsonObject.parse(content));
  return { version: createHash('sha256').update(text).digest('hex'), ...content };
}

const Ids = z.array(z.string());

/** Most VMs have none, which needs no parse of their documents. */
function furtherOf(vm: Tables['vms']): readonly string[] {
  if (!vm.desired_json.includes('"further_network_ids":[')) return [];
  return Ids.safeParse(desiredIfReadable(vm).further_network_ids).data ?? [];
}

/** A damaged VM is in no group: rules by group do not let it in. */
function groupsOf(vm: Tables['vms']): string[] {
  const ids = Ids.safeParse(desiredIfReadable(vm).security_groups);
  return ids.success ? ids.data.sort() : [];
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1;
}

/** Tunnel addresses by the name of their node; of nodes that connect networks. */
function tunnelsOf(nodes: NetworkRows['nodes']): ReadonlyMap<string, string> {
  return new Map(
    nodes.flatMap(({ name, capabilities_json, facts_json }): [string, string][] => {
      const { networks } = Capabilities.parse(JSON.parse(capabilities_json));
      const { tunnel_address } = NodeFacts.parse(JSON.parse(facts_json ?? '{}'));
      return networks === 'yes' && tunnel_address !== undefined ? [[name, tunnel_address]] : [];
    }),
  );
}

const Capabilities = AgentAnnouncement.shape.capabilities.partial();

function others(
  tunnels: ReadonlyMap<string, string>,
  node: string,
  isWanted: (name: string) => boolean,
): string[] {
  const chosen = [...tunnels].filter(([name]) => name !== node && isWanted(name));
  return [...new Set(chosen.map(([, address]) => address))].sort();
}

/** The nodes on which each VM holds resources: two while it migrates. */
function groupNodes({ nodes, allocations }: NetworkRows): ReadonlyMap<string, Set<string>> {
  const names = new Map<string, string>(nodes.map(({ id, name }) => [id, name]));
  const found = new Map<string, Set<string>>();
  for (const { vm_id, node_id } of allocations) {
    const name = names.get(node_id);
    if (name === undefined) continue;
    found.set(vm_id, (found.get(vm_id) ?? new Set()).add(name));
  }
  return found;
}
