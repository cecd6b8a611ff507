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
  };
}

function toAmounts({ cpu_cores, memory_gb, disk_gb }: OutputOf<'node.get'>['capacity']) {
  return { cpu_cores, memory_gb, disk_gb };
}
