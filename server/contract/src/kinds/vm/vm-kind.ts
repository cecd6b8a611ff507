/** The kind `vm`: its Terraform type, fields, noun and quotas. */
import { VmId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { VM_FIELDS, Vm } from './vm.ts';

/** The definition of the kind. */
export const vmKind = {
  type: 'novacron_vm',
  table: VM_FIELDS,
  resource: Vm,
  noun: { words: 'VM', description: 'Virtual machines', id: VmId, prefix: 'vm' },
  terraform: {
    resource:
      'A virtual machine. NovaCron places it on a node and may move it later; that is not drift.',
    dataSource: 'An existing VM.',
  },
  quotas: {
    vms: { description: 'VMs' },
    cpu_cores: { description: 'CPU cores of VMs', unit: 'cores' },
    memory_gb: { description: 'Memory of VMs', unit: 'GB' },
    disk_gb: { description: 'Root disks of VMs, without volumes', unit: 'GB' },
  },
} as const satisfies ResourceDefinition;
