import { z } from 'zod';

/** Most devices that are listed of a machine: more say nothing new. */
export const FOREIGN_DEVICES_MAX = 32;

/**
 * A device that was plugged into a VM behind NovaCron, such as at the monitor of its hypervisor.
 * Any change of the VM unplugs it.
 */
export const ForeignDevice = z.looseObject({
  kind: z.string().describe('`network-interface`, `disk`, or `device` for any other'),
  name: z.string().describe('Its id at the hypervisor'),
  mac_address: z.string().nullable().describe('MAC address; null if it is no network interface'),
});
export type ForeignDevice = z.infer<typeof ForeignDevice>;

/** A device in words, such as `network interface spy0 (52:54:00:00:00:99)`. */
export function nameDevice({ kind, name, mac_address }: ForeignDevice): string {
  const address = mac_address === null ? '' : ` (${mac_address})`;
  return `${kind.replaceAll('-', ' ')} ${name}${address}`;
}
