/** The rows of metrics about the fleet: how much there is, and how much of it is taken. */
export const FLEET_METRICS = {
  novacron_nodes: { type: 'gauge', help: 'Nodes.', labels: ['status'], unit: 'count' },
  novacron_nodes_refusing: {
    type: 'gauge',
    help: 'Nodes whose agents follow another control plane and refuse this one.',
    labels: [],
    unit: 'count',
  },
  novacron_nodes_contested: {
    type: 'gauge',
    help: 'Nodes of this control plane to which another one sends messages.',
    labels: [],
    unit: 'count',
  },
  novacron_vms: {
    type: 'gauge',
    help: 'VMs. The status `damaged` counts rows that cannot be read.',
    labels: ['status'],
    unit: 'count',
  },
  novacron_capacity_cpu_cores: {
    type: 'gauge',
    help: 'CPU cores of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'cores',
  },
  novacron_allocated_cpu_cores: {
    type: 'gauge',
    help: 'Allocated CPU cores of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'cores',
  },
  novacron_used_cpu_cores: {
    type: 'gauge',
    help: 'CPU cores used by VMs, by the latest measurement.',
    labels: ['zone'],
    unit: 'cores',
  },
  novacron_used_memory_bytes: {
    type: 'gauge',
    help: 'Memory used by VMs, by the latest measurement.',
    labels: ['zone'],
    unit: 'bytes',
  },
  novacron_capacity_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'bytes',
  },
  novacron_allocated_memory_bytes: {
    type: 'gauge',
    help: 'Allocated memory of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'bytes',
  },
  novacron_capacity_disk_bytes: {
    type: 'gauge',
    help: 'Disk space of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'bytes',
  },
  novacron_allocated_disk_bytes: {
    type: 'gauge',
    help: 'Allocated disk space of the nodes that are not lost.',
    labels: ['zone'],
    unit: 'bytes',
  },
  novacron_storage_pool_capacity_bytes: {
    type: 'gauge',
    help: 'Size of the storage pools.',
    labels: ['pool'],
    unit: 'bytes',
  },
  novacron_storage_pool_allocated_bytes: {
    type: 'gauge',
    help: 'Allocated size of the storage pools.',
    labels: ['pool'],
    unit: 'bytes',
  },
} as const;
