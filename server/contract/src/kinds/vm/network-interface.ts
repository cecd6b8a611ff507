import { z } from 'zod';
import { canonicalAddress } from '../../formats/canonical-address.ts';
import { parseIp } from '../../formats/cidr.ts';
import { NetworkId } from '../../ids.ts';

/** An interface of a VM. */
export const NetworkInterface = z.looseObject({
  network_id: NetworkId.describe('Id of the network'),
  ip_address: z.string().describe('IP address in the network'),
  mac_address: z.string().describe('MAC address'),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

/** Most interfaces of a VM besides its first one. */
export const FURTHER_NETWORKS_MAX = 7;

/** Networks of a VM besides its first one, in the order of their interfaces. */
export const FurtherNetworkIds = z
  .array(NetworkId)
  .max(FURTHER_NETWORKS_MAX, `must have at most ${FURTHER_NETWORKS_MAX} networks`)
  .refine((ids) => new Set(ids).size === ids.length, {
    error: 'must name each network once',
    abort: true,
  });

/** The fields of a VM that name its networks. */
export interface NetworkIds {
  readonly network_id: NetworkId | null;
  readonly further_network_ids: readonly NetworkId[] | null;
}

/** Ids of all networks of a VM, the first one first. */
export function networkIdsOf({
  network_id,
  further_network_ids,
}: NetworkIds): readonly NetworkId[] {
  return [...(network_id === null ? [] : [network_id]), ...(further_network_ids ?? [])];
}

/** Longer than any spelling of an address. Unit: characters. */
const ADDRESS_LENGTH_MAX = 64;

/** An address that a VM is given, stored in its canonical spelling. */
export const StaticAddress = z
  .string()
  .max(ADDRESS_LENGTH_MAX, { abort: true })
  .refine((text) => parseIp(text) !== undefined, {
    error: 'must be an IP address without a prefix length, such as 10.0.14.7',
    abort: true,
  })
  .overwrite((text) => String(canonicalAddress(text)));
