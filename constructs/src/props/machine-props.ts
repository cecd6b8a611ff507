import type { NumaMode, PlacementStrategy } from './choices.ts';
import type { INetwork, ITemplate } from './references.ts';
import type { Size } from './size.ts';
import type { Timeouts } from './timeouts.ts';

/** What a VM and the members of a VM group have in common. */
export interface MachineProps {
  /** Number of virtual CPU cores. */
  readonly cpuCores: number;
  /** Memory of the guest, in steps of 64 MiB. */
  readonly memory: Size;
  /** Size of the root disk, in whole gibibytes. It can grow. */
  readonly disk: Size;
  /**
   * The network that it is connected to.
   * @default - the one that `connectTo` names later
   */
  readonly network?: INetwork;
  /**
   * Whether it shall have no network at all. Without a network and without this word, synth fails.
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
   * Name of a group of VMs: no two VMs of the tenant that name the same one share a node, ever.
   * @default - none
   */
  readonly antiAffinityGroup?: string;
  /**
   * How nodes that can hold it are ranked.
   * @default PlacementStrategy.BALANCED
   */
  readonly strategy?: PlacementStrategy;
  /**
   * The only availability zone that will do.
   * @default - any
   */
  readonly zone?: string;
  /**
   * The only rack that will do.
   * @default - any
   */
  readonly rack?: string;
  /**
   * The only node that will do, by its name.
   * @default - any
   */
  readonly nodeName?: string;
  /**
   * Whether one NUMA cell of the node has to hold it.
   * @default NumaMode.ANY
   */
  readonly numa?: NumaMode;
  /**
   * Whether the create fails, instead of taking another node, where the node that the plan showed
   * cannot hold it any more.
   * @default false
   */
  readonly pinPreview?: boolean;
  /**
   * How much it matters, 0 to 100: what matters more is healed first.
   * @default 50
   */
  readonly priority?: number;
  /**
   * Whether it may run on spot nodes, which may be taken away, and pays their discount.
   * @default false
   */
  readonly spot?: boolean;
  /**
   * What it is for, for people.
   * @default - none
   */
  readonly description?: string;
  /**
   * Public keys that the guest lets in, in the format of authorized_keys.
   * @default - none
   */
  readonly sshKeys?: string[];
  /**
   * How long a run waits.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}
