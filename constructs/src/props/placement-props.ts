import type { NumaMode, PlacementStrategy } from './choices.ts';
import type { Requirements } from './requirements.ts';

/** Props that decide on which node a VM, or a reservation for one, is placed. */
export interface PlacementProps {
  /**
   * Name of an anti-affinity group: VMs of the tenant with the same group never share a node.
   * @default - none
   */
  readonly antiAffinityGroup?: string;
  /**
   * Ranking of the nodes that have room for the VM.
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
   * Requirements on the node besides capacity. A change applies to later placements.
   * @default - nothing
   */
  readonly requirements?: Requirements;
}
