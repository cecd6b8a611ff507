/** The attributes of a node in data sources. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { float, int, map, object, string } from '../framework/schema/attributes.ts';

const AMOUNTS = { cpu_cores: float, memory_gb: float, disk_gb: float };

/**
 * The attributes of a node besides id and name. Its last heartbeat is left out: it would change
 * every plan that uses it.
 */
export const NODE_ATTRIBUTES = {
  zone: string({ computed: true, description: 'Availability zone.' }),
  rack: string({ computed: true, description: 'Rack within the zone.' }),
  status: string({
    computed: true,
    description: '`ready` takes VMs; also `draining`, `maintenance`, `standby` and `lost`.',
  }),
  labels: map({
    element: string,
    computed: true,
    description: 'Labels of the node, as its agent announces them.',
  }),
  driver: string({ computed: true, description: 'Hypervisor driver of its agent.' }),
  capacity: object({
    fields: AMOUNTS,
    computed: true,
    description: 'Allocatable capacity of the node. Units: cores and GB.',
  }),
  allocated: object({
    fields: AMOUNTS,
    computed: true,
    description: 'Capacity allocated to its VMs. Units: cores and GB.',
  }),
  vm_count: int({ computed: true, description: 'VMs on the node.' }),
  hypervisor: object({
    fields: { version: string, accelerator: string, cpu_model: string },
    computed: true,
    nullable: true,
    description:
      'Hypervisor: its release, its accelerator (`kvm`: guests run in hardware; `tcg`: in ' +
      'software) and the CPU model of guests; null where the node announces none.',
  }),
  storage: object({
    fields: { pool: string, sharing: string, size_gb: float, free_gb: float },
    computed: true,
    nullable: true,
    description:
      'Storage of disks: the id of its pool, which is the same on all nodes that share it, ' +
      '`shared` or `local` as its operator says, size and free space, which are null while it ' +
      'is not mounted; null where the node announces none. Unit: GB.',
  }),
};

/** Converts a node of an answer to attribute values, with id and name. */
export function toNodeValue(node: OutputOf<'node.get'>) {
  const { id, name, zone, rack, status, driver, vm_count, facts } = node;
  return {
    id,
    name,
    zone,
    rack,
    status,
    labels: facts?.labels ?? {},
    driver,
    vm_count,
    capacity: toAmounts(node.capacity),
    allocated: toAmounts(node.allocated),
    hypervisor: toHypervisor(node.facts?.hypervisor),
    storage: toStorage(node.facts?.storage),
  };
}

type Facts = NonNullable<OutputOf<'node.get'>['facts']>;

function toHypervisor(hypervisor: Facts['hypervisor']) {
  if (hypervisor === undefined) return null;
  const { version, accelerator, cpu_model } = hypervisor;
  return { version, accelerator, cpu_model };
}

function toStorage(storage: Facts['storage']) {
  if (storage === undefined) return null;
  const { pool, sharing, size_gb = null, free_gb = null } = storage;
  return { pool, sharing, size_gb, free_gb };
}

function toAmounts({ cpu_cores, memory_gb, disk_gb }: OutputOf<'node.get'>['capacity']) {
  return { cpu_cores, memory_gb, disk_gb };
}
