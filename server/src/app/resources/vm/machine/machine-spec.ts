import type {
  MachineGuest,
  MachineImage,
  MachineSize,
  MachineSpec,
} from '@novacron/contract/agent/machine';
import type { MachineNetwork } from '@novacron/contract/agent/machine-network';
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { NetworkRow, SecurityGroupRow, VmRow } from '../../../../ports/tables/tables.ts';
import { firmwareOf } from '../../../rows/hypervisor-features.ts';
import { toMachineLimits } from '../../../rows/io-limits.ts';
import { type ObservedSizes, observedSizesOf } from '../../../rows/observed-machine.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import { addressOf, type VmAddress } from '../../network/plan-address.ts';
import { machineFirewallOf } from '../../security-group/vm-firewall.ts';

/** One state of a VM, with the related rows that its machine needs. */
export interface MachineShape {
  readonly spec: VmSpec;
  /** The template's name for agents. */
  readonly template: string;
  /** The image of a new machine; absent for an existing one. */
  readonly image?: MachineImage | undefined;
  readonly network: NetworkRow | undefined;
  readonly address: VmAddress | undefined;
  /** The further interfaces of a new machine; absent for an existing one, which keeps its own. */
  readonly further?: readonly MachineNetwork[] | undefined;
  /** The user data and network configuration of the guest; absent where it has them already. */
  readonly guest?: MachineGuest | undefined;
  /** The security groups of the VM; others are ignored. */
  readonly groups: readonly SecurityGroupRow[];
}

/** The sizes of a VM that moves: its guest keeps the observed ones. */
export function migratedMachine(
  found: Omit<MachineShape, 'template' | 'image' | 'address'> & {
    readonly row: VmRow;
    readonly made: Pick<MachineShape, 'template' | 'image'>;
  },
): MachineShape {
  const { row, spec, made } = found;
  const asFound: ObservedSizes = observedSizesOf(row);
  return { ...found, ...made, spec: { ...spec, ...asFound }, address: addressOf(row) };
}

/** The fields that define the sizes of the machine. */
export function toMachineSize({ cpu_cores, memory_mib, disk_gb }: MachineSpec): MachineSize {
  return { cpu_cores, memory_mib, disk_gb };
}

/** An image that was uploaded has its checksum in its name. */
function toDrivers({
  drivers_image: reference,
  drivers_image_checksum: checksum,
}: VmSpec): Pick<MachineSpec, 'drivers_image'> {
  if (reference === null || reference === undefined) return {};
  const known = parseUploadedImage(reference)?.checksum ?? null;
  return { drivers_image: { reference, checksum: checksum ?? known } };
}

/** Makes the machine spec that an agent receives. */
export function toMachineSpec(shape: MachineShape): MachineSpec {
  const { spec, template, image, network, address, further = [], guest, groups } = shape;
  const firewall = machineFirewallOf(spec, groups);
  const limits = toMachineLimits(spec.io_limits);
  const bootedBy = firmwareOf(spec);
  const after = spec.healing?.start_after ?? [];
  const { cpuCores, memoryMib, diskGb } = amountsOf(spec);
  return {
    name: spec.name,
    cpu_cores: cpuCores,
    memory_mib: memoryMib,
    disk_gb: diskGb,
    template,
    ...(image === undefined ? {} : { image }),
    network:
      network === undefined
        ? null
        : {
            network_id: network.id,
            cidr: NetworkSpec.parse(JSON.parse(network.desired_json)).cidr,
            ...address,
          },
    ...(further.length === 0 ? {} : { further_networks: [...further] }),
    labels: spec.metadata ?? {},
    ...(spec.priority === undefined ? {} : { priority: spec.priority }),
    ...(after.length === 0 ? {} : { start_after: [...after] }),
    ...(guest === undefined ? {} : { guest }),
    ...(firewall === undefined ? {} : { firewall }),
    ...(spec.tpm ? { tpm: 'yes' as const } : {}),
    ...(spec.guest_os === 'windows' ? { guest_os: 'windows' as const } : {}),
    ...toDrivers(spec),
    ...(bootedBy === undefined ? {} : { firmware: bootedBy }),
    ...(limits === undefined ? {} : { io_limits: limits }),
  };
}
