/** The conditions of a guest that a VM is waited for; all that are set must hold. */
export interface WaitFor {
  /** Whether the QEMU guest agent must answer. */
  readonly agent?: boolean;
  /** Whether the guest must use its address. */
  readonly ip?: boolean;
  /** TCP port at which the guest must accept connections from its node. */
  readonly port?: number;
  /** Whether cloud-init must be done; an error of cloud-init ends the wait. */
  readonly cloudInit?: boolean;
  /** Maximum wait, from 1s to 1h. Default: `5m`. */
  readonly timeout?: string;
}
