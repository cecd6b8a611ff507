import type {
  MachineGuest,
  MachineImage,
  MachineSize,
  MachineSpec,
} from '@novacron/contract/agent';
import { NetworkSpec } from '@novacron/contract/network';
import type { VmSpec } from '@novacron/contract/vm';
import type { NetworkRow, SecurityGroupRow, VmRow } from '../../../../ports/tables.ts';
import { type FoundSizes, seenSizesOf } from '../../../rows/observed-machine.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import { addressOf, type VmAddress } from '../../network/plan-address.ts';
import { machineFirewallOf } from '../../security-group/vm-firewall.ts';

/** One state of a VM, with what its machine needs to know of its surroundings. */
export interface MachineShape {
  readonly spec: VmSpec;
  /** What agents call the template. */
  readonly template: string;
  /** What a new machine is made from; absent where it is made. */
  readonly image?: MachineImage | undefined;
  readonly network: NetworkRow | undefined;
  readonly address: VmAddress | undefined;
  /** What the guest is told; absent where it knows it already. */
  readonly guest?: MachineGuest | undefined;
  /** The security groups that it has; others are let be. */
  readonly groups: readonly SecurityGroupRow[];
}

/** The shape of a VM that moves: its guest keeps the sizes that it was found to have. */
export function shapeThatMoves(
  found: Omit<MachineShape, 'template' | 'image' | 'address'> & {
    readonly row: VmRow;
    readonly made: Pick<MachineShape, 'template' | 'image'>;
  },
): MachineShape {
  const { row, spec, made } = found;
  const asFound: FoundSizes = seenSizesOf(row);
  return { ...found, ...made, spec: { ...spec, ...asFound }, address: addressOf(row) };
}

/** The part of it that says how large the machine is. */
export function toMachineSize({ cpu_cores, memory_mib, disk_gb }: MachineSpec): MachineSize {
  return { cpu_cores, memory_mib, disk_gb };
}

/** Tells an agent what a VM of this shape is made of. */
export function toMachineSpec(shape: MachineShape): MachineSpec {
  const { spec, template, image, network, address, guest, groups } = shape;
  const firewall = machineFirewallOf(spec, groups);
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
    labels: spec.metadata ?? {},
    ...(guest === undefined ? {} : { guest }),
    ...(firewall === undefined ? {} : { firewall }),
  };
}
