/** Prices of nodes. */

/** Hourly prices of a node's resources, in any currency: the same for all nodes. */
export interface Prices {
  readonly cpuCore: number;
  readonly memoryGb: number;
  readonly diskGb: number;
  /** The share of it that spot VMs pay, 0 to 1. */
  readonly spotRatio: number;
}
