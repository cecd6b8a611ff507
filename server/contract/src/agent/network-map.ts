/**
 * Network data a node needs beyond its own machines: the other VMs of each network, and the nodes
 * to which their packets are sent.
 */
import { z } from 'zod';

/** A VM of a network, on whichever node. */
export const NetworkMember = z.looseObject({
  vm_id: z.string(),
  name: z.string().describe('Name under which the other VMs of the network resolve it'),
  ip_address: z.string(),
  group_ids: z.array(z.string()).describe('Security groups of the VM: peers of rules by group'),
});
export type NetworkMember = z.infer<typeof NetworkMember>;

/** A network of which a node has a VM. */
export const MappedNetwork = z.looseObject({
  network_id: z.string(),
  dns_servers: z.array(z.string()).describe('Resolvers of names outside the network'),
  peers: z.array(z.string()).describe('Tunnel addresses of the other nodes with VMs of it'),
  members: z.array(NetworkMember),
});
export type MappedNetwork = z.infer<typeof MappedNetwork>;

/**
 * The networks of one node. `tunnels` are the tunnel addresses of all other nodes: a machine that
 * has just arrived reaches its peers through them until the map has its network.
 */
export const NetworkMap = z.looseObject({
  version: z.string().describe('Names the content: the agent announces which one it has'),
  tunnels: z.array(z.string()),
  networks: z.array(MappedNetwork),
});
export type NetworkMap = z.infer<typeof NetworkMap>;
