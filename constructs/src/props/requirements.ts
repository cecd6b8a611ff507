/** Devices of one kind. */
export interface DeviceRequirement {
  /** Kind of the devices, as nodes announce it, for example `gpu`. */
  readonly kind: string;
  /**
   * The required model.
   * @default - any
   */
  readonly model?: string;
  /**
   * Number of devices, all of the same node.
   * @default 1
   */
  readonly count?: number;
}

/** Requirements of a VM on its node besides capacity. */
export interface Requirements {
  /**
   * Devices that the VM has to itself.
   * @default - none
   */
  readonly devices?: DeviceRequirement[];
  /**
   * Network bandwidth that is reserved for the VM. Unit: Mbit/s.
   * @default - none
   */
  readonly networkMbps?: number;
  /**
   * Products of whose licences the VM takes one each.
   * @default - none
   */
  readonly licences?: string[];
  /**
   * Taints of nodes that the VM tolerates: `key`, or `key=value`.
   * @default - none
   */
  readonly tolerations?: string[];
}
