import type { CommonMachineProps } from '../props/machine-props.ts';
import type { Placement } from '../props/placement.ts';
import type { ITemplate } from '../props/references.ts';
import { escapeLabels, escapeOptional } from '../synthesis/escape-template.ts';
import { Template } from './template.ts';

/** Renders the configuration that VMs and group members share, but their sizes. */
export function renderMachine(props: CommonMachineProps, placement: Placement) {
  return {
    networkId: props.network?.networkId,
    templateId: props.template?.templateId,
    metadata: escapeLabels(props.labels),
    antiAffinity: props.antiAffinityGroup,
    placement: placement.render(),
    priority: props.priority,
    spot: props.spot,
    description: escapeOptional(props.description),
    sshKeys: props.sshKeys,
    sshKeyIds: props.authorizedKeys?.map((key) => key.sshKeyId),
    securityGroups: props.securityGroups?.map((group) => group.securityGroupId),
    furtherNetworkIds: props.furtherNetworks?.map((network) => network.networkId),
    requirements: props.requirements,
    firmware: props.firmware,
    secureBoot: props.secureBoot,
    tpm: props.tpm,
    guestOs: props.guestOs,
    driversImage: props.driversImage,
    driversImageChecksum: props.driversImageChecksum,
    ioLimits: props.ioLimits,
    waitFor: props.waitFor,
    healing: props.healing,
  };
}

/**
 * Returns an error if a machine has no network although it is not isolated; otherwise undefined.
 */
export function findMissingNetwork(
  props: CommonMachineProps,
  networkId: string | undefined,
): string | undefined {
  if (networkId !== undefined || props.isolated === true) return undefined;
  return 'has no network. Pass `network`, call connectTo(network), or set `isolated: true`.';
}

/** Returns the network that a template of this program gives its VMs. */
export function networkOf(template: ITemplate | undefined): string | undefined {
  return template instanceof Template ? template._networkId : undefined;
}
