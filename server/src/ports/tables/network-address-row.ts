/** A row of `network_addresses`. */

/**
 * The address of a VM in a network. The id is both, joined by `/`: no two VMs get the same one. A
 * VM holds one in each of its networks, and one more while, or after, it changes its network.
 */
export interface NetworkAddressRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly network_id: string;
  readonly vm_id: string;
  readonly ip_address: string;
  readonly mac_address: string;
  readonly created_at_ms: number;
}
