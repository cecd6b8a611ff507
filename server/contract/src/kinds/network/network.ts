/** Networks: the resource table's rows of kind `network` and their requests. */
import { z } from 'zod';
import { canonicalAddress } from '../../formats/canonical-address.ts';
import { parseCidr, parseIp } from '../../formats/cidr.ts';
import { NetworkId } from '../../ids.ts';
import { deletionProtection } from '../../schema/deletion-protection.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';

/** Longer than any spelling of an address or a block. Unit: characters. */
const ADDRESS_LENGTH_MAX = 64;

/** An address block in canonical form: no host bits. */
export const CidrText = z
  .string()
  .max(ADDRESS_LENGTH_MAX, { abort: true })
  .superRefine((text, context) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
  });

/** An IPv4 or IPv6 address. */
export const IpText = z
  .string()
  .max(ADDRESS_LENGTH_MAX, { abort: true })
  .refine((text) => parseIp(text) !== undefined, 'must be an IP address');

const DNS_SERVERS_MAX = 8;

const ADDRESS_CLASS_LENGTH_MAX = 253;

/** The resource table of networks, one row a field. */
export const NETWORK_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the network, unique within the tenant.',
    presence: 'required',
    example: 'production-network',
  }),
  cidr: field({
    schema: CidrText,
    description:
      'Address block of the network; at most a /16 (IPv6: a /48) and private, unless the server ' +
      'allows others. It must not overlap with another network of the tenant, or with addresses ' +
      'of hosts and the control plane. Networks of other tenants may overlap it: a node connects ' +
      'one of those, so a VM is placed on another node.',
    presence: 'required',
    effectOf: (before, after) =>
      canonicalAddress(before) === canonicalAddress(after) ? 'live' : 'replace',
    canonical: canonicalAddress,
    driftClass: 'security',
    example: '10.0.0.0/16',
  }),
  dns_servers: field({
    schema: z.array(IpText).max(DNS_SERVERS_MAX),
    description: 'IP addresses of the DNS servers of the guests, in order of preference.',
    presence: 'optional',
    canonical: canonicalAddress,
    driftClass: 'availability',
    example: ['8.8.8.8', '8.8.4.4'],
  }),
  address_class: field({
    schema: z.string().min(1).max(ADDRESS_CLASS_LENGTH_MAX),
    description: 'Class of its addresses in price lists. Default: `default`.',
    presence: 'optional',
    example: 'public',
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the network: names and values for people and policies.',
    presence: 'optional',
    example: { environment: 'production' },
  }),
  deletion_protection: deletionProtection('network'),
  vm_count: {
    ...computed(z.int(), 'Number of connected VMs.', 1),
    volatility: 'volatile',
  },
} as const;

/** A network as answers carry it. */
export const Network = resourceSchema(NetworkId, NETWORK_FIELDS);
export type Network = z.infer<typeof Network>;

/** The desired state of a network. */
export const NetworkSpec = z.looseObject(specShape(NETWORK_FIELDS));
export type NetworkSpec = z.infer<typeof NetworkSpec>;

/** Fields of requests to create and to update a network. */
export const NetworkCreate = z.strictObject(createShape(NETWORK_FIELDS));
export const NetworkUpdate = z.strictObject(updateShape(NETWORK_FIELDS));
