/** A row of `network_addresses`. */

/**
 * The address of a VM in a network. The id is both, joined by `/`: no two VMs get the same one. A
 * VM holds more than one only while, or after, a change of its network that may be taken back.
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
