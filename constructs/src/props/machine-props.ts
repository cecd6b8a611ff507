import type { NumaMode, PlacementStrategy } from './choices.ts';
import type { INetwork, ISshKey, ITemplate } from './references.ts';
import type { Size } from './size.ts';
import type { Timeouts } from './timeouts.ts';

/** Props that a VM and the members of a VM group share. */
export interface MachineProps {
  /** Number of virtual CPU cores. */
  readonly cpuCores: number;
  /** Memory of the guest, in steps of 64 MiB. */
  readonly memory: Size;
  /** Size of the root disk, in whole gibibytes. It can grow. */
  readonly disk: Size;
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
   * Name of an anti-affinity group: VMs of the tenant with the same group never share a node.
   * @default - none
   */
  readonly antiAffinityGroup?: string;
  /**
   * How nodes that can hold it are ranked.
   * @default PlacementStrategy.BALANCED
   */
  readonly strategy?: PlacementStrategy;
  /**
   * The required availability zone.
   * @default - any
   */
  readonly zone?: string;
  /**
   * The required rack.
   * @default - any
   */
  readonly rack?: string;
  /**
   * Name of the required node.
   * @default - any
   */
  readonly nodeName?: string;
  /**
   * Labels that the node must have, all of them.
   * @default - none
   */
  readonly nodeLabels?: { [label: string]: string };
  /**
   * Labels of preferred nodes: the more of them a node has, the better.
   * @default - none
   */
  readonly preferredNodeLabels?: { [label: string]: string };
  /**
   * Whether one NUMA cell of the node has to hold it.
   * @default NumaMode.ANY
   */
  readonly numa?: NumaMode;
  /**
   * Whether the create fails, instead of choosing another node, if the node that the plan showed no
   * longer has room.
   * @default false
   */
  readonly pinPreview?: boolean;
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
   * How long a run waits.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}
