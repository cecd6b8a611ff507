import type { PlacementNode, VolumeSite } from '../model/placement.ts';
import type { Filter } from '../model/rule.ts';

/** Rejects a node from which one of the zone-wide volumes that the VM needs is out of reach. */
export const filterVolumeByZone: Filter = (node, { vm }) =>
  reject(
    vm.volumes?.find(
      (site) => isRequired(site) && site.nodes === undefined && !reaches(node, site),
    ),
  );

/** Rejects a node from which one of the node-local volumes that the VM needs is out of reach. */
export const filterVolumeByNode: Filter = (node, { vm }) =>
  reject(
    vm.volumes?.find(
      (site) => isRequired(site) && site.nodes !== undefined && !reaches(node, site),
    ),
  );

/** Whether the volume can be attached on the node. */
export function reaches(
  { name, zone }: Pick<PlacementNode, 'name' | 'zone'>,
  site: VolumeSite,
): boolean {
  return site.nodes === undefined
    ? site.zone === undefined || site.zone === zone
    : site.nodes.includes(name);
}

function isRequired({ need }: VolumeSite): boolean {
  return need === 'required';
}

function reject(site: VolumeSite | undefined): ReturnType<Filter> {
  return site === undefined ? undefined : { reason: 'volume', volume: site.name };
}
