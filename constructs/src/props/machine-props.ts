import type { Healing } from './healing.ts';
import type { IoLimits } from './io-limits.ts';
import type { PlacementProps } from './placement-props.ts';
import type { INetwork, ISecurityGroup, ISshKey, ITemplate } from './references.ts';
import type { Size } from './size.ts';
import type { Timeouts } from './timeouts.ts';
import type { WaitFor } from './wait-for.ts';

/** Props that a VM and the members of a VM group share, but their sizes. */
export interface CommonMachineProps extends PlacementProps {
  /**
   * The network that it is connected to.
   * @default - the one passed to `connectTo`
   */
  readonly network?: INetwork;
  /**
   * Whether it has no network on purpose. Without a network and without this prop, synth fails.
   * @default false
   */
  readonly isolated?: boolean;
  /**
   * The image that it boots from. Another one replaces the VM, and its root disk is lost.
   * @default - the server's template `default`
   */
  readonly template?: ITemplate;
  /**
   * Labels for people, selectors and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Priority, 0 to 100: VMs with a higher priority are healed first.
   * @default 50
   */
  readonly priority?: number;
  /**
   * Whether it may run on spot nodes, which are cheaper and may be reclaimed.
   * @default false
   */
  readonly spot?: boolean;
  /**
   * Description of its purpose.
   * @default - none
   */
  readonly description?: string;
  /**
   * Public SSH keys that are authorized in the guest, in the format of authorized_keys.
   * @default - none
   */
  readonly sshKeys?: string[];
  /**
   * SSH keys of the configuration that are authorized in the guest, besides `sshKeys`.
   * @default - none
   */
  readonly authorizedKeys?: ISshKey[];
  /**
   * Its security groups.
   * @default - none, so that it is reachable from its whole network
   */
  readonly securityGroups?: ISecurityGroup[];
  /**
   * Boot firmware: `bios` or `uefi`. Another one replaces the VM.
   * @default - that of its template, else `bios`
   */
  readonly firmware?: string;
  /**
   * Whether the firmware boots only what is signed. It needs the firmware `uefi`.
   * @default false
   */
  readonly secureBoot?: boolean;
  /**
   * Whether it has a virtual TPM 2.0, which migrates with it.
   * @default false
   */
  readonly tpm?: boolean;
  /**
   * Operating system of its guest, which decides how it is configured: `linux` or `windows`.
   * Another one replaces the VM.
   * @default - `linux`
   */
  readonly guestOs?: string;
  /**
   * ISO image of a CD-ROM with drivers for a Windows guest: an https address, or the `image` of a
   * template that was uploaded. A change restarts the VM.
   * @default - none
   */
  readonly driversImage?: string;
  /**
   * SHA-256 of `driversImage`: `sha256:` and its digits.
   * @default - nodes accept any content
   */
  readonly driversImageChecksum?: string;
  /**
   * The most that its disks and its network interface carry. A change is made while it runs.
   * @default - no limits
   */
  readonly ioLimits?: IoLimits;
  /**
   * Readiness of the guest that the create, and an update that starts the VM, wait for.
   * @default - nothing
   */
  readonly waitFor?: WaitFor;
  /**
   * The networks of its further interfaces, after the first one. Another list replaces the VM.
   * @default - none
   */
  readonly furtherNetworks?: INetwork[];
  /**
   * Automatic actions of NovaCron when the VM or its node fails.
   * @default - it is started again after a failure, and waits for its node
   */
  readonly healing?: Healing;
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** Props of a machine with its sizes. */
export interface MachineProps extends CommonMachineProps {
  /** Number of virtual CPU cores. */
  readonly cpuCores: number;
  /** Memory of the guest, in steps of 64 MiB. */
  readonly memory: Size;
  /** Size of the root disk, in whole gibibytes. It can grow. */
  readonly disk: Size;
}
