import type { MachineSpec } from '@novacron/contract/agent';
import { NetworkSpec } from '@novacron/contract/network';
import type { VmSpec } from '@novacron/contract/vm';
import type { NetworkRow } from '../../ports/tables.ts';
import { amountsOf } from './vm-amounts.ts';

/** Tells an agent what a VM of this spec is made of. */
export function toMachineSpec(
  spec: VmSpec,
  templateName: string,
  network: NetworkRow | undefined,
): MachineSpec {
  const { cpuCores, memoryMib, diskGb } = amountsOf(spec);
  return {
    name: spec.name,
    cpu_cores: cpuCores,
    memory_mib: memoryMib,
    disk_gb: diskGb,
    template: templateName,
    network:
      network === undefined
        ? null
        : {
            network_id: network.id,
            cidr: NetworkSpec.parse(JSON.parse(network.desired_json)).cidr,
          },
    labels: spec.metadata ?? {},
  };
}
