/** Network connection of a machine, and the traffic its node allows. */
import { z } from 'zod';

/** The network a machine is connected to. */
export const MachineNetwork = z.looseObject({
  network_id: z.string(),
  cidr: z.string(),
  ip_address: z.string().optional().describe('IP address of the machine'),
  mac_address: z.string().optional().describe('MAC address of the interface'),
  gateway: z
    .string()
    .optional()
    .describe('With it the guest configures `ip_address` itself; absent: by DHCP'),
  dns_servers: z.array(z.string()).optional().describe('Name servers beside a `gateway`'),
  mtu: z.int().optional().describe('Largest packet of the interface. Unit: bytes.'),
});
export type MachineNetwork = z.infer<typeof MachineNetwork>;

/** One rule as the node of a machine enforces it; `ports` null or `all`: every port. */
export const MachineRule = z.looseObject({
  direction: z.enum(['ingress', 'egress']),
  action: z.enum(['allow', 'deny']).optional().describe('Absent: allow'),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'any']),
  ports: z.string().nullable(),
  cidr: z.string().nullable(),
  group_id: z.string().nullable().describe('Security group of the peers; otherwise `cidr` is set'),
});
export type MachineRule = z.infer<typeof MachineRule>;

/**
 * Traffic allowed to and from a machine. Inbound traffic needs an ingress rule that allows it. If
 * any egress rule allows traffic, outbound traffic needs such a rule too. A deny rule overrides
 * every allow rule. Responses pass with their requests.
 */
export const MachineFirewall = z.looseObject({
  group_ids: z.array(z.string()).describe('Security groups of the machine'),
  rules: z.array(MachineRule),
});
export type MachineFirewall = z.infer<typeof MachineFirewall>;
