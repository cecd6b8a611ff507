/** Health check of a VM's guest while it runs. */
export interface HealthCheck {
  /**
   * Kind of check: `http` and `https` send a GET to the VM's address, `tcp` opens a connection,
   * `command` starts a program in the guest through the guest agent.
   */
  readonly kind: string;
  /**
   * Port of `http`, `https` and `tcp`. `tcp` needs it.
   * @default - 80 for `http`, 443 for `https`
   */
  readonly port?: number;
  /**
   * Path and query of `http` and `https`.
   * @default - `/`
   */
  readonly path?: string;
  /**
   * Program of `command` with its arguments. No shell reads it.
   * @default - none
   */
  readonly command?: string[];
  /**
   * Time between two checks, from `5s` to `1h`.
   * @default - `30s`
   */
  readonly interval?: string;
  /**
   * Time after which a check has failed, from `1s` to `60s`.
   * @default - `10s`
   */
  readonly timeout?: string;
  /**
   * Passed checks in a row after which the VM is healthy.
   * @default 3
   */
  readonly healthyAfter?: number;
  /**
   * Failed checks in a row after which the VM is unhealthy.
   * @default 2
   */
  readonly unhealthyAfter?: number;
  /**
   * Time after a start in which failures do not count, until the first check passes.
   * @default - `5m`
   */
  readonly startPeriod?: string;
}

/** The largest size that healing may give a VM. */
export interface Growth {
  /**
   * Most memory, in GB.
   * @default - its memory does not grow
   */
  readonly memoryGb?: number;
  /**
   * Most CPU cores.
   * @default - its CPU does not grow
   */
  readonly cpuCores?: number;
}

/** Automatic actions of NovaCron when a VM or its node fails. */
export interface Healing {
  /**
   * Restart after the VM stopped unexpectedly: `on-failure`, `always` or `never`.
   * @default - `on-failure`
   */
  readonly restart?: string;
  /**
   * Starts in a row after which it is given up.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * Health check of the guest.
   * @default - only its machine is watched
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Program with its arguments that restarts the service in the guest, such as
   * `systemctl restart shop`: an unhealthy VM has it run before it is reset. No shell reads it.
   * @default - none
   */
  readonly restartCommand?: string[];
  /**
   * Action when the VM's node is confirmed dead: wait for the node (`wait`), start on another node
   * that reaches its disks (`restart`), else get a new root disk (`recreate`), or be restored from
   * exported snapshots of its volumes (`restore`).
   * @default - `wait`
   */
  readonly onNodeLoss?: string;
  /**
   * Whether its node stops it when it hears no server for a minute or more, so that it can be
   * started elsewhere without a fence device. Only nodes with a watchdog take such a VM.
   * @default false
   */
  readonly stopWhenIsolated?: boolean;
  /**
   * Whether room for it is reserved on a second node (needs `restart` as `onNodeLoss`).
   * @default false
   */
  readonly standby?: boolean;
  /**
   * Ids of VMs that are started before it after an outage.
   * @default - none
   */
  readonly startAfter?: string[];
  /**
   * The largest size that it is given when restarts have not helped and its guest has run out of
   * memory or CPU.
   * @default - it never grows
   */
  readonly growTo?: Growth;
}
