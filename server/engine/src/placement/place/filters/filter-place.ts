/** Filters by what a node is and where it is. */

import type { Taint, Toleration } from '../model/placement.ts';
import type { Filter } from '../model/rule.ts';

/** Rejects a node that does not take VMs: only `ready` ones do. */
export const filterStatus: Filter = ({ status, controlPlane, suspected }) => {
  if (status === 'ready') return undefined;
  return {
    reason: 'status',
    status,
    ...(controlPlane === undefined ? {} : { controlPlane }),
    ...(suspected === undefined ? {} : { suspected }),
  };
};

/** Rejects every node but the one that the request is pinned to. */
export const filterPinnedElsewhere: Filter = (node, { constraints }) =>
  constraints.node === undefined || constraints.node === node.name
    ? undefined
    : { reason: 'pinned-elsewhere', pinnedTo: constraints.node };

/** Rejects a node that the request excludes by name. */
export const filterExcluded: Filter = ({ name }, { constraints }) => {
  if (constraints.excludeNodes?.includes(name) !== true) return undefined;
  const why = constraints.exclusions?.[name];
  return why === undefined ? { reason: 'excluded' } : { reason: 'excluded', why };
};

/** Rejects a node outside the zone that the request insists on. */
export const filterZone: Filter = ({ zone }, { constraints }) =>
  constraints.zone === undefined || constraints.zone === zone
    ? undefined
    : { reason: 'zone', zone, zoneWanted: constraints.zone };

/** Rejects a node outside all of the zones that the request insists on. */
export const filterZones: Filter = ({ zone }, { constraints: { zones } }) =>
  zones === undefined || zones.includes(zone)
    ? undefined
    : { reason: 'zone', zone, zoneWanted: zones.join(' or ') };

/** Rejects a node without a label that the request insists on. */
export const filterNodeLabel: Filter = ({ labels = {} }, { constraints }) => {
  for (const [label, wanted] of Object.entries(constraints.nodeLabels ?? {})) {
    if (!Object.hasOwn(labels, label) || labels[label] !== wanted) {
      return { reason: 'node-label', label, wanted };
    }
  }
  return undefined;
};

/**
 * Rejects a node with a `refuse` taint that the VM does not tolerate.
 * Source of the idea: Kubernetes, taints and tolerations.
 */
export const filterTaint: Filter = ({ taints }, { constraints }) => {
  const found = taints?.find(
    (taint) => taint.effect === 'refuse' && !isTolerated(taint, constraints.tolerations),
  );
  return found === undefined
    ? undefined
    : { reason: 'taint', taint: `${found.key}=${found.value}` };
};

/** Whether one of the tolerations covers the taint. */
export function isTolerated(
  { key, value }: Taint,
  tolerations: readonly Toleration[] | undefined,
): boolean {
  return (tolerations ?? []).some(
    (each) => each.key === key && (each.value === undefined || each.value === value),
  );
}

/** Rejects a node that does not reach one of the VM's networks. */
export const filterNetwork: Filter = ({ networks }, { vm }) => {
  const network = vm.networks?.find((each) => networks?.includes(each) === false);
  return network === undefined ? undefined : { reason: 'network', network };
};

/** Rejects a node whose hypervisor lacks a feature that the VM uses. */
export const filterFeature: Filter = ({ features = [] }, { vm }) => {
  const feature = vm.features?.find((each) => !features.includes(each));
  return feature === undefined ? undefined : { reason: 'feature', feature };
};

/** Rejects a node outside the jurisdictions allowed; one that states none is outside all. */
export const filterResidency: Filter = ({ jurisdiction }, { constraints }) => {
  const { jurisdictions } = constraints;
  if (jurisdictions === undefined) return undefined;
  if (jurisdiction !== undefined && jurisdictions.includes(jurisdiction)) return undefined;
  return {
    reason: 'residency',
    jurisdiction: jurisdiction ?? '',
    wanted: jurisdictions.join(' or '),
  };
};

/** Rejects a node whose spot risk is above the limit of the request. */
export const filterSpotRisk: Filter = ({ spotRisk = 0 }, { constraints: { spotRiskMax } }) =>
  spotRiskMax === undefined || spotRisk <= spotRiskMax
    ? undefined
    : { reason: 'spot-risk', risk: spotRisk, most: spotRiskMax };
