/** The most that the disks and the network interface of a VM carry. */
export interface IoLimits {
  /**
   * Most operations a second of all disks together.
   * @default - no limit
   */
  readonly diskIops?: number;
  /**
   * Most that all disks together read and write. Unit: MB a second.
   * @default - no limit
   */
  readonly diskMbPerSecond?: number;
  /**
   * Most that the VM receives. Unit: Mbit/s.
   * @default - no limit
   */
  readonly networkInMbps?: number;
  /**
   * Most that the VM sends. Unit: Mbit/s.
   * @default - no limit
   */
  readonly networkOutMbps?: number;
}
