/** Finds the risks of a previewed write: what it would leave undone although it is allowed. */
import type { AdmissionRisk, PreviewableOperation } from '@novacron/contract/admission/admission';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { MemberPreview } from '@novacron/contract/placement/placement-preview';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { readFailoverRisk } from '../../placement/decide/find-failover-risk.ts';
import { readGuardRisk } from '../../placement/decide/find-guard-risk.ts';
import { readNetworkRisk } from '../../placement/decide/find-network-risk.ts';
import { readRecreationRisk } from '../../placement/decide/find-recreation-risk.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readMemberSpecs } from '../../resources/vm-group/preview-members.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { readRestoreRisk } from './find-restore-risk.ts';

/** A write that is allowed. */
export interface AllowedWrite {
  readonly operation: PreviewableOperation;
  readonly input: Readonly<Record<string, unknown>>;
  /** The desired fields of the resource; null for a delete, or where a value is missing. */
  readonly wanted: FieldValues | null;
  /** Name of the node of a new VM; undefined where it is not known. */
  readonly node: string | undefined;
  /** The places of the members of a new group. */
  readonly members: readonly MemberPreview[];
}

interface PlacedSpec {
  readonly spec: VmSpec;
  readonly node: string;
}

/** The risks of a write of VMs; none of another write. */
export async function findRisks(
  deps: CapabilityDeps,
  context: CallContext,
  write: AllowedWrite,
): Promise<AdmissionRisk[]> {
  const places = await readPlaces(deps, context, write);
  const inside = write.operation.startsWith('vm_group.') ? ['vm'] : [];
  const failover = await readFailoverRisk(deps, context.principal.tenantId, places);
  const connection = await readNetworkRisk(deps, places);
  const health = findHealthRisk(places.map(({ spec }) => spec));
  const disk = await readRecreationRisk(deps, places);
  const isolation = await readGuardRisk(deps, places);
  const restore = await readRestoreRisk(deps, context.principal.tenantId, places);
  return [
    ...(failover === undefined
      ? []
      : [{ summary: 'No failover', message: failover, path: [...inside, 'placement'] }]),
    ...(connection === undefined
      ? []
      : [{ summary: 'No network', message: connection, path: [...inside, 'network_id'] }]),
    ...(disk === undefined
      ? []
      : [
          {
            summary: 'Root disk not kept',
            message: disk,
            path: [...inside, 'healing', 'on_node_loss'],
          },
        ]),
    ...(isolation === undefined
      ? []
      : [
          {
            summary: 'Not moved when isolated',
            message: isolation,
            path: [...inside, 'healing', 'stop_when_isolated'],
          },
        ]),
    ...(restore === undefined
      ? []
      : [
          {
            summary: 'Restored from snapshots',
            message: restore,
            path: [...inside, 'healing', 'on_node_loss'],
          },
        ]),
    ...(health === undefined
      ? []
      : [
          {
            summary: 'No health check',
            message: health,
            path: [...inside, 'healing', 'health_check'],
          },
        ]),
  ];
}

/** The VMs that the write creates, or whose placement rules it changes, with their nodes. */
async function readPlaces(
  deps: CapabilityDeps,
  context: CallContext,
  { operation, input, wanted, node, members }: AllowedWrite,
): Promise<readonly PlacedSpec[]> {
  if (wanted === null) return [];
  switch (operation) {
    case 'vm.create':
      return node === undefined ? [] : [{ spec: VmSpec.parse(wanted), node }];
    case 'vm.update':
      if (!('placement' in input || 'healing' in input)) return [];
      return placeOfVm(deps, context, String(input.id), VmSpec.parse(wanted));
    case 'vm_group.create': {
      const specs = await readMemberSpecs(deps, context, VmGroupSpec.parse(wanted));
      const placed = new Map(members.map((member) => [member.name, member.node]));
      return specs.flatMap((spec) => {
        const its = placed.get(spec.name);
        return its === undefined ? [] : [{ spec, node: its }];
      });
    }
    case 'vm_group.update': {
      if (!('vm' in input)) return [];
      const [spec] = await readMemberSpecs(deps, context, VmGroupSpec.parse(wanted));
      if (spec === undefined) return [];
      const { vms } = await readMembersOf(deps.store, String(input.id));
      return vms.map((row) => ({
        spec: { ...spec, name: row.name },
        node: String(observedOf(row).node),
      }));
    }
    default:
      return [];
  }
}

/** A check over the network of a VM that is in none: what it comes to is never known. */
function findHealthRisk(specs: readonly VmSpec[]): string | undefined {
  const found = specs.find(({ healing, network_id }) => {
    const kind = healing?.health_check?.kind;
    return kind !== undefined && kind !== 'command' && network_id === null;
  });
  if (found === undefined) return undefined;
  return (
    `The health of the VM ${found.name} remains unknown: it has no network in which its node ` +
    'could reach it. Set network_id, or use a health check of kind command.'
  );
}

async function placeOfVm(
  { store }: CapabilityDeps,
  { principal: { tenantId } }: CallContext,
  id: string,
  spec: VmSpec,
): Promise<readonly PlacedSpec[]> {
  const found = await findResource(store, 'vm', { tenantId, id });
  return found.ok ? [{ spec, node: String(observedOf(found.value).node) }] : [];
}
