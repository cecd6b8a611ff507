import { z } from 'zod';
import { NetworkId } from '../../ids.ts';

/** An interface of a VM. */
export const NetworkInterface = z.looseObject({
  network_id: NetworkId.describe('Id of the network'),
  ip_address: z.string().describe('IP address in the network'),
  mac_address: z.string().describe('MAC address'),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;
