import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby, startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { VmPeerRule } from '@novacron/contract/placement/vm-placement';
import type { VmDevices } from '@novacron/contract/placement/vm-requirements';
import type {
  AffinityTerm,
  DeviceRequest,
  Labels,
  PeerSelector,
  PlacementRequest,
  SpreadTerm,
  Toleration,
} from '@novacron/engine/placement/place/model/placement';
import { WHOLE_DEVICE_MILLI } from '@novacron/engine/placement/place/resources/assign-devices';
import { featuresUsedBy, SHARED_ROOT_DISKS } from './hypervisor-features.ts';
import { amountsOf } from './vm-amounts.ts';

/** The placement request of a VM with this spec. */
export function toPlacementRequest(spec: VmSpec): PlacementRequest {
  const { placement, requirements } = spec;
  const { licences, tolerations } = requirements ?? {};
  const features = [
    ...featuresUsedBy(spec),
    ...(asksForStandby(spec.healing) ? [SHARED_ROOT_DISKS] : []),
  ];
  return {
    vm: {
      name: spec.name,
      ...amountsOf(spec),
      labels: spec.metadata ?? {},
      group: groupOf(spec),
      spot: spec.spot ? 'yes' : undefined,
      numa: placement?.numa ?? undefined,
      ...needsOf(requirements),
      ...(licences == null ? {} : { licences }),
      ...(features.length === 0 ? {} : { features }),
      ...preferredFeaturesOf(spec),
    },
    constraints: {
      node: placement?.node ?? undefined,
      zone: placement?.zone ?? undefined,
      nodeLabels: nodeLabelsOf(placement),
      ...preferredLabelsOf(placement),
      // A spot VM is preempted only if its owner accepted that.
      spotRiskMax: spec.spot ? undefined : 0,
      ...(tolerations == null ? {} : { tolerations: tolerations.map(toToleration) }),
      affinity: termsOf(spec),
      spread: spreadOf(spec),
    },
    strategy: placement?.strategy ?? 'balanced',
  };
}

/** One that is to start on another node needs a root disk that the other one reaches. */
function preferredFeaturesOf({
  healing,
}: VmSpec): Pick<PlacementRequest['vm'], 'preferredFeatures'> {
  const isPreferred = startsElsewhere(healing) && !asksForStandby(healing);
  return isPreferred ? { preferredFeatures: [SHARED_ROOT_DISKS] } : {};
}

/** The required labels; a required rack is one of them. Undefined where there is none. */
function nodeLabelsOf(placement: VmSpec['placement']): Labels | undefined {
  const { rack, node_labels } = placement ?? {};
  const labels = { ...node_labels, ...(rack == null ? {} : { rack }) };
  return Object.keys(labels).length === 0 ? undefined : labels;
}

function preferredLabelsOf(
  placement: VmSpec['placement'],
): Pick<PlacementRequest['constraints'], 'preferNodeLabels'> {
  const preferred = placement?.preferred_node_labels ?? {};
  return Object.keys(preferred).length === 0 ? {} : { preferNodeLabels: preferred };
}

/**
 * The group of a VM: its `anti_affinity`, or else the one group that its own rules keep it apart
 * from. Without this, VMs that all name a group, and nothing else, would not keep apart.
 */
function groupOf({ placement, anti_affinity: group }: VmSpec): string | undefined {
  if (group !== null) return group;
  const named = new Set((placement?.anti_affinity ?? []).flatMap((rule) => rule.group ?? []));
  const [only] = named;
  return named.size === 1 ? only : undefined;
}

function needsOf(
  requirements: VmSpec['requirements'],
): Pick<PlacementRequest['vm'], 'pools' | 'devices'> {
  const { network_mbps, devices } = requirements ?? {};
  return {
    ...(network_mbps == null ? {} : { pools: { bandwidth: network_mbps } }),
    ...(devices == null || devices.length === 0 ? {} : { devices: devices.map(toDeviceRequest) }),
  };
}

function toDeviceRequest({ kind, model, count }: VmDevices): DeviceRequest {
  const models = model === null ? {} : { models: [model] };
  return { kind, ...models, count: count ?? 1, milli: WHOLE_DEVICE_MILLI };
}

function toToleration(text: string): Toleration {
  const [key = '', value] = text.split('=');
  return { key, ...(value === undefined ? {} : { value }) };
}

function termsOf({ placement, anti_affinity: group }: VmSpec): readonly AffinityTerm[] {
  const own: readonly AffinityTerm[] =
    group === null
      ? []
      : [{ rule: 'apart', to: { kind: 'group', group }, level: 'node', need: 'required' }];
  const together = (placement?.affinity ?? []).map((rule) => toTerm('together', rule));
  const apart = (placement?.anti_affinity ?? []).map((rule) => toTerm('apart', rule));
  return [...own, ...together, ...apart];
}

function toTerm(rule: AffinityTerm['rule'], wanted: VmPeerRule): AffinityTerm {
  return {
    rule,
    to: toSelector(wanted),
    level: wanted.level ?? 'node',
    need: wanted.mode === 'soft' ? 'preferred' : 'required',
  };
}

/** The schema allows exactly one of the three. */
function toSelector({ vm, group, labels }: VmPeerRule): PeerSelector {
  if (vm !== null) return { kind: 'vm', name: vm };
  if (group !== null) return { kind: 'group', group };
  return { kind: 'labels', labels: labels ?? {} };
}

function spreadOf(spec: VmSpec): readonly SpreadTerm[] {
  const level = spec.placement?.spread_domain ?? null;
  if (level === null) return [];
  const of: PeerSelector =
    spec.anti_affinity === null
      ? { kind: 'labels', labels: spec.metadata ?? {} }
      : { kind: 'group', group: spec.anti_affinity };
  return [{ of, level, maxSkew: 1, need: 'required' }];
}
