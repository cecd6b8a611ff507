import type { MachineProps } from '../props/machine-props.ts';
import type { Placement } from '../props/placement.ts';

/** The part of a VM's and of a group member's configuration that is the same. */
export function renderMachine(props: MachineProps, placement: Placement) {
  return {
    cpuCores: props.cpuCores,
    memoryGb: props.memory.toGibibytes(),
    diskGb: props.disk.toGibibytes(),
    networkId: props.network?.networkId,
    templateId: props.template?.templateId,
    metadata: props.labels,
    antiAffinity: props.antiAffinityGroup,
    placement: placement.render(),
    priority: props.priority,
    spot: props.spot,
    description: props.description,
    sshKeys: props.sshKeys,
  };
}

/** Says that a machine has no network although it is not isolated; undefined where all is well. */
export function findMissingNetwork(
  props: MachineProps,
  networkId: string | undefined,
): string | undefined {
  if (networkId !== undefined || props.isolated === true) return undefined;
  return 'has no network: pass `network`, call connectTo(network), or say `isolated: true`.';
}
